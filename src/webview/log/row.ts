import type { Row } from "../../protocol/log-view.ts";
import { el, setAttribute, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { type Column, fieldOf, textOf } from "./columns.ts";
import type { Times } from "./times.ts";
import { visible } from "./visible.ts";

/** An element that shows one record after the other. */
export interface RowElement {
  readonly element: HTMLElement;
  /** @param row undefined while it is on its way */
  update(place: number, row: Row | undefined): void;
  /** @param column of the cell that is chosen; undefined: the row as a whole */
  setActive(active: boolean, column: number | undefined): void;
  cell(column: number): HTMLElement | undefined;
}

/**
 * @param columns all columns, by which cells are counted
 * @param shown those of them that have room
 */
export function createRowElement(
  { t }: L10n,
  times: Times,
  columns: readonly Column[],
  shown: readonly Column[],
): RowElement {
  const cells = shown.map(({ id }) => {
    const element = el("span", {
      role: "gridcell",
      class: fieldOf(id) === undefined ? id : "value",
      "aria-colindex": String(columns.findIndex((column) => column.id === id) + 1),
    });
    return { id, element, draw: drawing(id, element) };
  });
  const element = el(
    "div",
    { class: "row", role: "row", "aria-selected": "false" },
    ...cells.map((cell) => cell.element),
  );
  let of: Row | undefined;
  let active: HTMLElement | undefined;

  function drawing(id: string, cell: HTMLElement): (row: Row | undefined) => void {
    const name = fieldOf(id);
    if (name !== undefined) return (row) => draw(cell, row ? visible(textOf(row, name)) : "");
    switch (id) {
      case "time": {
        // A narrow view leaves the day out.
        const [date, clock] = [el("span", { class: "date" }), el("span")];
        cell.append(date, clock);
        return (row) => {
          const [day = "", hour = ""] = row ? times.stamp(row.time).split(" ") : [];
          setText(date, row ? `${day} ` : "");
          setText(clock, row ? hour : "…");
        };
      }
      case "level":
        return (row) => setText(cell, row?.level ?? (row?.unparsed ? t("unparsed") : ""));
      case "source":
        return (row) => draw(cell, visible(row?.source ?? ""));
      default:
        return (row) => setText(cell, row ? visible(row.message) + (row.more > 0 ? "…" : "") : "");
    }
  }

  function draw(cell: HTMLElement, text: string): void {
    setText(cell, text);
    setAttribute(cell, "title", text === "" ? undefined : text);
  }

  return {
    element,
    update(place, row) {
      element.dataset.place = String(place);
      element.id = `row-${place}`;
      for (const [i, cell] of cells.entries()) cell.element.id = `row-${place}-${i}`;
      setAttribute(element, "aria-rowindex", String(place + 2));
      if (row === of && row) return;
      of = row;
      setAttribute(element, "aria-busy", row ? undefined : "true");
      for (const cell of cells) cell.draw(row);
      setAttribute(element, "data-level", row?.level ?? (row?.unparsed ? "unparsed" : "none"));
    },
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
