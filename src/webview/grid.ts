import { arrange, el, icon, setAttribute, setIcon, setText } from "./dom.ts";

/** One cell: text, perhaps with an icon before it, and what a pointer that rests on it is told. */
export interface Cell {
  readonly text: string;
  readonly icon?: string;
  /** A class of the stylesheet: `good`, `warn`, `bad`, `dim`. */
  readonly tone?: string | undefined;
  readonly title?: string;
}

export interface Column<T> {
  readonly title: string;
  readonly numeric?: boolean;
  /** Long text, shown whole: it takes several lines where there is little room. */
  readonly long?: boolean;
  /** Takes several lines in a narrow panel. */
  readonly wraps?: boolean;
  readonly cell: (item: T) => Cell;
}

/** A button of a row. */
export interface RowAction {
  readonly icon: string;
  readonly label: string;
  readonly run: () => void;
}

interface Row {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly {
    readonly text: HTMLElement;
    readonly icon: HTMLElement;
    readonly td: HTMLElement;
  }[];
  readonly button: ReturnType<typeof el<"button">> | undefined;
  readonly sign: HTMLElement | undefined;
  action: RowAction | undefined;
}

/** A table whose rows stay the same elements while their things do, so that focus and selection stay too. */
export interface Grid<T> {
  readonly element: HTMLElement;
  update(items: readonly T[]): void;
}

export function createGrid<T>(
  title: string,
  columns: readonly Column<T>[],
  {
    keyOf,
    action,
    actions,
  }: {
    readonly keyOf: (item: T) => string;
    readonly action?: (item: T) => RowAction | undefined;
    /** Heading of the buttons' column, for screen readers. */
    readonly actions?: string;
  },
): Grid<T> {
  const rows = new Map<string, Row>();
  const heads = columns.map(({ title, numeric }) =>
    el("th", { scope: "col", class: numeric && "number" }, title),
  );
  const actionHead = el("th", { scope: "col" }, el("span", { class: "unseen" }, actions ?? ""));
  if (action) heads.push(actionHead);
  const body = el("tbody");
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body);
  const scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
  const element = el("section", { class: "grid" }, el("h2", {}, title), scroll);

  const create = (): Row => {
    const cells = columns.map(({ numeric, long, wraps }, i) => {
      const [text, sign] = [el("span"), icon("blank")];
      sign.hidden = true;
      const td =
        i === 0
          ? el("th", { scope: "row" }, sign, text)
          : el("td", { class: numeric ? "number" : long ? "long" : wraps && "wraps" }, sign, text);
      return { text, icon: sign, td };
    });
    const row: Row = {
      cells,
      ...(action ? rowButton(() => row.action?.run()) : { button: undefined, sign: undefined }),
      element: el("tr", {}, ...cells.map(({ td }) => td)),
      action: undefined,
    };
    if (row.button) row.element.append(el("td", { class: "action" }, row.button));
    return row;
  };

  return {
    element,
    update(items) {
      const present = items.map((item) => {
        const key = keyOf(item);
        const row = rows.get(key) ?? create();
        rows.set(key, row);
        for (const [i, { cell }] of columns.entries()) {
          const parts = row.cells[i];
          if (parts) fill(parts, cell(item));
        }
        if (row.button) {
          row.action = action?.(item);
          row.button.hidden = !row.action;
          setAttribute(row.button, "aria-label", row.action?.label);
          setAttribute(row.button, "title", row.action?.label);
          if (row.sign) setIcon(row.sign, row.action?.icon ?? "blank");
        }
        return { key, element: row.element };
      });
      // A column without a button is room for the others.
      actionHead.hidden = [...rows.values()].every((row) => !row.action);
      for (const { button } of rows.values()) {
        if (button?.parentElement) button.parentElement.hidden = actionHead.hidden;
      }
      const keys = new Set(present.map(({ key }) => key));
      for (const key of rows.keys()) if (!keys.has(key)) rows.delete(key);
      arrange(
        body,
        present.map((row) => row.element),
      );
    },
  };
}

function rowButton(run: () => void): { button: HTMLButtonElement; sign: HTMLElement } {
  const sign = icon("blank");
  const button = el("button", { type: "button", class: "icon" }, sign);
  button.addEventListener("click", run);
  return { button, sign };
}

function fill(parts: Row["cells"][number], cell: Cell): void {
  setText(parts.text, cell.text);
  parts.icon.hidden = cell.icon === undefined;
  setIcon(parts.icon, cell.icon ?? "blank");
  setAttribute(parts.td, "data-tone", cell.tone);
  setAttribute(parts.td, "title", cell.title);
}
