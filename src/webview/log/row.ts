import type { Row } from "../../protocol/log-view.ts";
import { el, setAttribute, setText } from "../dom.ts";
import { createCell, type Look } from "./cells.ts";
import { type Column, lacksSource } from "./columns.ts";
import { visible } from "./visible.ts";

/** An element that shows one record after the other. */
export interface RowElement {
  readonly element: HTMLElement;
  /**
   * @param row undefined while it is on its way
   * @param before the line above, where it is known
   * @param above what lies between the two and is no line
   */
  update(place: number, row: Row | undefined, before: Row | undefined, above: string | undefined): void;
  /** Draws it again though its record is the same. */
  renew(): void;
  /** @param column of the cell that is chosen; undefined: the row as a whole */
  setActive(active: boolean, column: number | undefined): void;
  cell(column: number): HTMLElement | undefined;
}

/**
 * @param columns all columns, by which cells are counted
 * @param shown those of them that have room
 */
export function createRowElement(
  look: Look,
  columns: readonly Column[],
  shown: readonly Column[],
): RowElement {
  const cells = shown.map(({ id }) => createCell(id, look));
  for (const { id, element } of cells)
    element.setAttribute("aria-colindex", String(columns.findIndex((column) => column.id === id) + 1));
  const element = el(
    "div",
    { class: "row", role: "row", "aria-selected": "false" },
    ...cells.map((cell) => cell.element),
  );
  // Stands above the cells, and is read with the first of them.
  const gap = el("span", { class: "above" });
  cells[0]?.element.prepend(gap);
  // Without their column, levels are told by the colour of the bar alone.
  const sign = shown.some(({ id }) => id === "level")
    ? undefined
    : el("span", { class: "mark", role: "img" });
  if (sign) cells[0]?.element.prepend(sign);
  const origin = lacksSource(columns, shown) ? el("span", { class: "mark origin", role: "img" }) : undefined;
  if (origin) (sign ?? cells[0]?.element.firstChild)?.before(origin);
  let of: Row | undefined;
  let last: Row | undefined;
  let active: HTMLElement | undefined;

  const draw = (): void => {
    for (const cell of cells) cell.draw(of, last);
    if (sign) drawSign(sign, of, look.l10n.t);
    if (origin) drawOrigin(origin, of, look);
  };

  return {
    element,
    update(place, row, before, above) {
      element.dataset.place = String(place);
      element.id = `row-${place}`;
      for (const [i, cell] of cells.entries()) cell.element.id = `row-${place}-${i}`;
      setAttribute(element, "aria-rowindex", String(place + 2));
      element.classList.toggle("apart", above !== undefined);
      if (row !== of || before !== last || !row) {
        of = row;
        last = before;
        setAttribute(element, "aria-busy", row ? undefined : "true");
        setAttribute(element, "data-level", row?.level ?? (row?.unparsed ? "unparsed" : "none"));
        draw();
      }
      gap.hidden = above === undefined;
      setText(gap, above ?? "");
    },
    renew: draw,
    setActive(chosen, column) {
      element.classList.toggle("active", chosen);
      setAttribute(element, "aria-selected", String(chosen));
      active?.classList.remove("current");
      active = chosen && column !== undefined ? cells[column]?.element : undefined;
      active?.classList.add("current");
    },
    cell: (column) => cells[column]?.element,
  };
}

/** The first letter of a level; a question mark for a line that no parser took. */
function drawSign(sign: HTMLElement, row: Row | undefined, t: Look["l10n"]["t"]): void {
  const told = row?.level ?? (row?.unparsed ? t("unparsed") : undefined);
  sign.hidden = told === undefined;
  setText(sign, row?.level?.charAt(0).toUpperCase() ?? (told === undefined ? "" : "?"));
  setAttribute(sign, "aria-label", told);
  setAttribute(sign, "title", told);
}

/** Letters and the colour of the source; its name is read, and stands in the title. */
function drawOrigin(mark: HTMLElement, row: Row | undefined, { letters, tone }: Look): void {
  const short = row && letters(row.source);
  const name = row && short !== undefined ? visible(row.source) : undefined;
  mark.hidden = short === undefined;
  setText(mark, short ?? "");
  setAttribute(mark, "data-source", row && tone(row.source));
  setAttribute(mark, "aria-label", name);
  setAttribute(mark, "title", name);
}
