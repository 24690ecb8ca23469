import { MOST_FIELDS } from "../../protocol/log-view.ts";
import { arrange, el } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { createSelect } from "../select.ts";
import { fieldColumn, fieldOf, fieldsOf, INITIAL_COLUMNS, titleOf, toggled } from "./columns.ts";
import { mendComboboxKeys } from "./combobox-keys.ts";
import { translateCombobox } from "./combobox-words.ts";
import { type Clock, type Display, INITIAL_DISPLAY } from "./display.ts";
import { createPopover } from "./popover.ts";
import { visible } from "./visible.ts";

/** With more names than this they can be looked through by what is typed. */
const MANY = 8;
/** Stands for the zone of the machine. */
const LOCAL = "local";

interface Parts {
  readonly l10n: L10n;
  /** Names of the fields that lines have. */
  readonly names: () => Promise<readonly string[]>;
  readonly change: (changes: Partial<Display>) => void;
}

/** How lines are shown, chosen in a panel behind a button. */
export interface Options {
  readonly button: HTMLElement;
  readonly panel: HTMLElement;
  update(display: Display): void;
}

export function createOptions({ l10n, names, change }: Parts): Options {
  const { t } = l10n;
  const title = t("Columns and display…");
  const button = el("vscode-toolbar-button", {
    icon: "settings",
    label: title,
    title,
    "data-act": "options",
  });
  const search = el("input", {
    type: "text",
    class: "search",
    spellcheck: "false",
    placeholder: t("Find a field"),
    "aria-label": t("Find a field"),
  });
  const boxes = el("div", { class: "boxes", role: "group", "aria-label": t("Columns") });
  const full = el("p", { class: "hint", role: "status" });
  const reset = el("vscode-button", { secondary: true }, t("Reset"));
  const clock = createSelect((value) => change({ clock: value as Clock }));
  const zone = el("vscode-single-select", {
    combobox: true,
    filter: "contains",
    label: t("Time zone"),
    class: "zone",
  });
  translateCombobox(zone, l10n);
  mendComboboxKeys(zone);
  zone.addEventListener("change", () => change({ zone: zone.value === LOCAL ? undefined : zone.value }));
  const raw = el("vscode-checkbox", { label: t("Show colour codes as text"), "data-option": "raw" });
  raw.addEventListener("change", () => change({ raw: raw.checked }));
  const panel = el(
    "div",
    { class: "options", "aria-label": title },
    el("section", {}, el("h2", {}, t("Columns")), search, boxes, full),
    el("section", {}, el("h2", {}, t("Time")), clock.element, zone),
    el("section", {}, raw, reset),
  );
  const clocks = [
    { value: "absolute", label: t("Date and time") },
    { value: "relative", label: t("How long ago") },
    { value: "delta", label: t("Since the line before") },
  ];
  let display: Display | undefined;
  let known: readonly string[] = [];
  let drawn = "";

  const choices = (): readonly string[] => {
    const shown = display?.columns.map(({ id }) => id) ?? [];
    const all = [...shown, ...INITIAL_COLUMNS.map(({ id }) => id), ...known.map(fieldColumn)];
    const wanted = search.value.trim().toLowerCase();
    return [...new Set(all)].filter((id) => titleOf(id, l10n).toLowerCase().includes(wanted));
  };

  /** There are hundreds: they are made when they are wanted. */
  const drawZones = (chosen: string | undefined): void => {
    if (zone.childElementCount === 0 && popover.isOpen) {
      const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
      const all = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
      zone.append(
        el("vscode-option", { value: LOCAL }, t("Local ({0})", own)),
        ...all.map((name) => el("vscode-option", { value: name }, name)),
      );
    }
    const value = chosen ?? LOCAL;
    if (zone.childElementCount > 0 && zone.value !== value) zone.value = value;
  };

  const toggle = (id: string): void => {
    if (display) change({ columns: toggled(display.columns, id) });
  };

  const boxOf = (id: string): HTMLElementTagNameMap["vscode-checkbox"] => {
    const box = el("vscode-checkbox", { label: visible(titleOf(id, l10n)), "data-column": id });
    box.addEventListener("change", () => toggle(id));
    return box;
  };

  const draw = (): void => {
    if (!display) return;
    const { columns } = display;
    const ids = choices();
    // While the panel is open what stands in it stays where it is, or the next click would hit another.
    const text = JSON.stringify([search.value, [...ids].sort()]);
    if (text !== drawn || !popover.isOpen) {
      drawn = text;
      // The one that has the focus keeps it when the names of fields come.
      const there = new Map(
        [...boxes.querySelectorAll("vscode-checkbox")].map((box) => [box.dataset.column, box]),
      );
      arrange(
        boxes,
        ids.map((id) => there.get(id) ?? boxOf(id)),
      );
    }
    clock.update({ label: t("Times"), chosen: display.clock, options: clocks });
    drawZones(display.zone);
    raw.checked = display.raw;
    search.hidden = known.length + INITIAL_COLUMNS.length <= MANY;
    const most = fieldsOf(columns).length >= MOST_FIELDS;
    full.textContent = most ? t("At most {0} fields are shown at once.", MOST_FIELDS) : "";
    full.hidden = !most;
    for (const box of boxes.querySelectorAll("vscode-checkbox")) {
      const id = box.dataset.column ?? "";
      box.checked = columns.some((column) => column.id === id);
      box.disabled = box.checked ? columns.length === 1 : most && fieldOf(id) !== undefined;
    }
  };

  const popover = createPopover(button, panel, () => {
    search.value = "";
    draw();
    const first = search.hidden ? boxes.querySelector("vscode-checkbox") : search;
    if (first instanceof HTMLElement) first.focus();
    names().then(
      (found) => {
        known = found;
        draw();
        popover.place();
      },
      () => undefined,
    );
  });
  search.addEventListener("input", draw);
  reset.addEventListener("click", () => change(INITIAL_DISPLAY));
  panel.addEventListener("keydown", (event) => {
    // Keys of the page are not meant here; the editor's own are.
    const all = [...boxes.querySelectorAll<HTMLElement>("vscode-checkbox:not([disabled])")];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined || event.target instanceof HTMLSelectElement) return;
    if (at < 0 && document.activeElement !== search) return;
    all[Math.min(all.length - 1, at + by)]?.focus();
    if (at + by < 0 && !search.hidden) search.focus();
    event.preventDefault();
  });

  return {
    button,
    panel,
    update(next) {
      if (next === display) return;
      display = next;
      draw();
    },
  };
}
