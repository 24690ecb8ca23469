import { MOST_FIELDS } from "../../protocol/log-view.ts";
import { el, setAttribute } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { fieldColumn, fieldOf, fieldsOf, INITIAL_COLUMNS, titleOf, toggled } from "./columns.ts";
import type { Display } from "./display.ts";
import { visible } from "./visible.ts";

/** With more names than this they can be looked through by what is typed. */
const MANY = 8;

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
  const panel = el(
    "div",
    { class: "options", popover: "auto", role: "dialog", "aria-label": title },
    el("section", {}, el("h2", {}, t("Columns")), search, boxes, full, reset),
  );
  let display: Display | undefined;
  let known: readonly string[] = [];
  let drawn = "";

  const choices = (): readonly string[] => {
    const shown = display?.columns.map(({ id }) => id) ?? [];
    const all = [...shown, ...INITIAL_COLUMNS.map(({ id }) => id), ...known.map(fieldColumn)];
    const wanted = search.value.trim().toLowerCase();
    return [...new Set(all)].filter((id) => titleOf(id, l10n).toLowerCase().includes(wanted));
  };

  const toggle = (id: string): void => {
    if (display) change({ columns: toggled(display.columns, id) });
  };

  const draw = (): void => {
    if (!display) return;
    const { columns } = display;
    const ids = choices();
    // While the panel is open what stands in it stays where it is, or the next click would hit another.
    const text = JSON.stringify([search.value, [...ids].sort()]);
    if (text !== drawn || !panel.matches(":popover-open")) {
      drawn = text;
      boxes.replaceChildren(
        ...ids.map((id) => {
          const box = el("vscode-checkbox", { label: visible(titleOf(id, l10n)), "data-column": id });
          box.addEventListener("change", () => toggle(id));
          return box;
        }),
      );
    }
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

  /** Below its button, as far to the left as there is room. */
  const place = (): void => {
    const box = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 8));
    panel.style.left = `${left}px`;
    panel.style.top = `${box.bottom + 4}px`;
    panel.style.maxHeight = `${innerHeight - box.bottom - 16}px`;
  };

  const open = (): void => {
    search.value = "";
    panel.showPopover();
    draw();
    place();
    const first = search.hidden ? boxes.querySelector("vscode-checkbox") : search;
    if (first instanceof HTMLElement) first.focus();
    names().then(
      (found) => {
        known = found;
        draw();
        place();
      },
      () => undefined,
    );
  };

  // A click outside closes the panel by itself, before the button hears of it.
  let wasOpen = false;
  button.addEventListener("pointerdown", () => {
    wasOpen = panel.matches(":popover-open");
  });
  button.addEventListener("click", () => {
    if (!wasOpen) open();
    wasOpen = false;
  });
  panel.addEventListener("toggle", () => {
    setAttribute(button, "aria-expanded", String(panel.matches(":popover-open")));
  });
  search.addEventListener("input", draw);
  reset.addEventListener("click", () => change({ columns: INITIAL_COLUMNS }));
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
