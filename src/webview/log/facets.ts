import type { FacetsTold } from "../../protocol/log-view.ts";
import { arrange, el, setAttribute, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { fromTerm, roleOf, termFor } from "./facet-term.ts";
import { countedText, longerText, othersText, QUANTILES, spreadTexts, valuesText } from "./facet-told.ts";
import { createNearness } from "./near.ts";
import { visible } from "./visible.ts";

type Told = FacetsTold["fields"][number];
type Item = HTMLElementTagNameMap["vscode-tree-item"];

/** Fields that are unfolded as long as nothing was folded or unfolded. */
const UNFOLDED: readonly string[] = ["level", "source", "status"];

interface Act {
  /** A term is to be in the query, or no longer; or what it says is to be left out. */
  readonly ask: (term: string, exclude: boolean) => void;
  /** Fields were folded or unfolded. */
  readonly unfold: (names: readonly string[]) => void;
  readonly close: () => void;
  /** No item is left that could have the focus. */
  readonly leave: () => void;
  /** Shows the numbers of a field over time, or no more. */
  readonly trend: (name: string) => void;
  /** The field that is shown so; null: none can be. */
  readonly trended: () => string | undefined | null;
}

/** The fields of what was found, with their most frequent values: a click takes one into the query. */
export interface FacetsPane {
  readonly element: HTMLElement;
  update(told: FacetsTold): void;
  /** So many hits the search has by now. */
  count(hits: number): void;
  /** Another field is shown over time. */
  redraw(): void;
  /** @param unfolded names of fields; undefined: those that it begins with */
  show(shown: boolean, unfolded: readonly string[] | undefined): void;
  focus(): void;
}

/** A row of a field: a value, a number that its values are compared with, or what shows its numbers over time. */
interface Line {
  readonly id: string;
  readonly label: string;
  readonly amount: string;
  /** Of the records that have the field. */
  readonly share: number;
  readonly name: string;
  readonly term?: string;
  /** The field that it shows over time, and whether it is shown. */
  readonly trend?: { readonly field: string; readonly shown: boolean };
  /** May also be left out. */
  readonly excludable?: boolean;
}

export function createFacetsPane(l10n: L10n, formats: Formats, act: Act): FacetsPane {
  const { t } = l10n;
  const tree = el("vscode-tree", { "aria-label": t("Fields"), "indent-guides": "none" });
  const state = el("p", { class: "told" });
  const close = el("vscode-toolbar-button", { icon: "close", label: t("Close fields") });
  close.addEventListener("click", act.close);
  const header = el("header", {}, el("h2", {}, t("Fields")), close);
  const hint = el("p", { class: "hint" }, t("Enter takes a value, − leaves it out."));
  const element = el("aside", { class: "facets", "aria-label": t("Fields") }, header, state, tree, hint);
  const fields = new Map<string, { item: Item; about: HTMLElement; lines: Map<string, LineItem> }>();
  const drawn = new Map<Element, Line>();
  const nearness = createNearness(tree, act.leave);
  let told: FacetsTold | undefined;
  let hits: number | undefined;
  let unfolded = UNFOLDED;
  let shown = false;
  /** What the order stands for: it stays while somebody is at it. */
  let order = "";

  const choose = (item: Element | null, exclude: boolean): void => {
    const line = item && drawn.get(item);
    if (!line || (exclude && !line.excludable)) return;
    if (line.trend) {
      act.trend(line.trend.field);
      // The chart takes room from the pane.
      item.scrollIntoView({ block: "nearest" });
    } else if (line.term !== undefined) act.ask(line.term, exclude);
  };
  // The attribute follows later than the property.
  tree.addEventListener("vsc-tree-select", () =>
    choose([...tree.querySelectorAll("vscode-tree-item")].find(({ selected }) => selected) ?? null, false),
  );
  tree.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "-" || event.key === "Delete") choose(document.activeElement, true);
    else if (event.key === "+") choose(document.activeElement, false);
    else return;
    event.preventDefault();
  });

  const createLine = () => createLineItem(t, (item, exclude) => choose(item, exclude));

  const createField = (name: string) => {
    const about = el("span", { slot: "description" });
    // Only an element of its own ends in dots where there is no room.
    const label = el("span", {}, visible(name));
    const item = el("vscode-tree-item", { branch: true, "data-field": name }, label, about);
    item.open = unfolded.includes(name);
    const watch = new MutationObserver(() => {
      if (item.open === unfolded.includes(name)) return;
      unfolded = item.open ? [...unfolded, name] : unfolded.filter((one) => one !== name);
      act.unfold(unfolded);
      draw();
    });
    watch.observe(item, { attributeFilter: ["open"] });
    return { item, about, lines: new Map<string, LineItem>() };
  };

  const drawField = (field: Told, still: boolean): Item => {
    const { name, records } = field;
    const known = fields.get(name) ?? createField(name);
    fields.set(name, known);
    const { item, about, lines } = known;
    const covered = told && told.counted > 0 ? Math.floor((100 * records) / told.counted) : 0;
    const values = valuesText(l10n, formats, field);
    setText(about, covered < 100 ? t("{0}, in {1} %", values, covered) : values);
    setAttribute(item, "title", visible(name));
    // What is folded up is as it was: without rows the component would take it for what can't be unfolded.
    if (!item.open) return item;
    const wanted = linesOf(field);
    const ids = new Set(wanted.map(({ id }) => id));
    const shownItems = wanted.map((line) => {
      const own = lines.get(line.id) ?? createLine();
      lines.set(line.id, own);
      drawn.set(own.item, line);
      own.update(line, told && line.term !== undefined ? roleOf(told.query, line.term) : undefined);
      return own.item;
    });
    for (const [id, line] of lines) {
      if (ids.has(id)) continue;
      lines.delete(id);
      drawn.delete(line.item);
      line.item.remove();
    }
    place(item, shownItems, still, (child) => child.localName === "vscode-tree-item");
    return item;
  };

  const linesOf = (field: Told): Line[] => {
    const { name, numbers, values, records, distinct, more, long, exact } = field;
    const lines: Line[] = [];
    const trended = act.trended();
    if (numbers && trended !== null) {
      const about = t("{0} over time", visible(name));
      const trend = { field: name, shown: trended === name };
      lines.push({ id: "#trend", label: t("Over time"), amount: "", share: 0, name: about, trend });
    }
    for (const key of numbers ? QUANTILES : []) {
      const told = numbers && spreadTexts(l10n, key, numbers);
      if (!told) continue;
      const { value, text: amount } = told;
      const about = t("{0} {1} of {2}: take what is at least this", key, amount, visible(name));
      const term = fromTerm(name, value);
      lines.push({ id: `#${key}`, label: key, amount, share: 0, name: about, term });
    }
    for (const { text, count, missed } of values) {
      const label = text === "" ? t("(empty)") : visible(text);
      const amount = missed > 0 || !exact ? t("≥ {0}", formats.compact(count)) : formats.compact(count);
      const about = count === 1 ? t("{0}: 1 line", label) : t("{0}: {1} lines", label, formats.count(count));
      const share = records > 0 ? count / records : 0;
      const term = termFor(name, text);
      lines.push({ id: `=${text}`, label, amount, share, name: about, term, excludable: true });
    }
    const rest = distinct - values.length;
    if (rest > 0 || more || long > 0) {
      const label = othersText(l10n, formats, field);
      const about = long > 0 ? longerText(l10n, formats, long) : label;
      lines.push({ id: "…", label: rest > 0 ? label : about, amount: "", share: 0, name: about });
    }
    return lines;
  };

  const drawState = (): void => {
    if (!told || !shown) return;
    const counted = countedText(l10n, formats, told, hits ?? told.hits);
    const others =
      told.others === 1 ? t("1 more field") : told.others > 0 && t("{0} more fields", told.others);
    setText(state, [counted, others].filter(Boolean).join(" · "));
  };

  const draw = (): void => {
    if (!told || !shown) return;
    drawState();
    const stay = nearness.stay();
    const names = new Set(told.fields.map(({ name }) => name));
    for (const [name, { item }] of fields) {
      if (names.has(name)) continue;
      fields.delete(name);
      item.remove();
    }
    const still = order === told.query && tree.matches(":hover, :focus-within");
    order = told.query;
    const held = document.activeElement;
    place(
      tree,
      told.fields.map((field) => drawField(field, still)),
      still,
      () => true,
    );
    // An element that is moved loses the focus.
    if (held instanceof HTMLElement && held !== document.activeElement && tree.contains(held)) held.focus();
    stay();
    hint.hidden = told.fields.length === 0;
  };

  return {
    element,
    update(next) {
      told = next;
      draw();
    },
    count(now) {
      hits = now;
      drawState();
    },
    redraw: draw,
    show(is, names) {
      unfolded = names ?? UNFOLDED;
      element.hidden = !is;
      if (is && !shown) told = undefined;
      shown = is;
    },
    focus() {
      const [first] = fields.values();
      (tree.querySelector<HTMLElement>("vscode-tree-item[active]") ?? first?.item ?? close).focus();
    },
  };
}

/** Puts children in order; while somebody is at them, those that are there stay where they are. */
function place(
  parent: Element,
  wanted: readonly Element[],
  still: boolean,
  own: (child: Element) => boolean,
): void {
  const present = [...parent.children].filter(own);
  const others = [...parent.children].filter((child) => !own(child));
  const known = still ? present.filter((child) => wanted.includes(child)) : [];
  arrange(parent, [...others, ...known, ...wanted.filter((child) => !known.includes(child))]);
}

interface LineItem {
  readonly item: Item;
  update(line: Line, role: "included" | "excluded" | undefined): void;
}

function createLineItem(t: L10n["t"], choose: (item: Item, exclude: boolean) => void): LineItem {
  const label = el("span");
  const sign = el("span", { slot: "icon-leaf", "aria-hidden": "true" });
  const amount = el("span", { slot: "decoration", class: "amount" });
  const button = (icon: string, text: string, exclude: boolean) => {
    const made = el("vscode-toolbar-button", {
      slot: "actions",
      icon,
      label: text,
      title: text,
      tabindex: "-1",
    });
    made.addEventListener("click", (event) => {
      // The row itself takes a click too.
      event.stopPropagation();
      choose(item, exclude);
    });
    return made;
  };
  const take = button("add", t("Only lines with this value (Enter)"), false);
  const leave = button("remove", t("Leave out lines with this value (-)"), true);
  const item = el("vscode-tree-item", {}, sign, label, take, leave, amount);
  return {
    item,
    update(line, role) {
      setText(label, line.label);
      setText(amount, line.amount);
      setAttribute(item, "title", line.name);
      setAttribute(item, "aria-label", line.name);
      setAttribute(item, "data-role", line.trend?.shown ? "included" : role);
      const icons = { included: "check", excluded: "circle-slash" };
      const icon = line.trend && !line.trend.shown ? "graph-line" : icons[role ?? "included"];
      setAttribute(sign, "class", role || line.trend ? `codicon codicon-${icon}` : undefined);
      item.style.setProperty("--share", `${Math.round(100 * line.share)}%`);
      take.hidden = line.excludable !== true;
      leave.hidden = line.excludable !== true;
    },
  };
}
