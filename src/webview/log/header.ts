import { arrange, el, setAttribute, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import {
  type Column,
  moved,
  NARROWEST,
  resized,
  restOf,
  titleOf,
  toggled,
  WIDEST,
  widthOf,
} from "./columns.ts";
import { visible } from "./visible.ts";

/** A pointer that moved so far (CSS pixels) drags; before, it clicked. */
const DRAG = 4;
/** Characters that PageUp and PageDown make a column wider and narrower. */
const LEAP = 10;

interface Parts {
  readonly l10n: L10n;
  readonly change: (columns: readonly Column[]) => void;
  readonly say: (text: string) => void;
}

/** The titles of the columns, which are moved and made wider there, by hand or by keys. */
export interface Header {
  readonly element: HTMLElement;
  /**
   * @param shown those of the columns that have room
   * @param zone of the times, where it is not the machine's
   */
  update(columns: readonly Column[], shown: readonly Column[], zone: string | undefined): void;
}

interface Cell {
  readonly element: HTMLElement;
  readonly title: HTMLElement;
  readonly separator: HTMLElement;
}

export function createHeader({ l10n, change, say }: Parts): Header {
  const { t } = l10n;
  const element = el("div", { class: "row head", role: "row", "aria-rowindex": "1" });
  // Ten characters, to know how wide one is.
  const ruler = el("span", { class: "ruler", role: "presentation", "aria-hidden": "true" }, "0000000000");
  const cells = new Map<string, Cell>();
  let columns: readonly Column[] = [];
  let shown: readonly Column[] = [];
  /** The one that Tab comes to. */
  let current: string | undefined;
  let zone: string | undefined;

  const character = () => ruler.getBoundingClientRect().width / 10 || 8;
  const titleAt = (id: string) =>
    id === "time" && zone ? t("Time ({0})", zone) : visible(titleOf(id, l10n));

  const moveTo = (id: string, before: string | undefined): void => {
    const others = columns.filter((column) => column.id !== id);
    const to = before === undefined ? others.length : others.findIndex((column) => column.id === before);
    change(moved(columns, id, to));
    const at = columns.findIndex((column) => column.id === id);
    say(t("{0} is column {1} of {2}", titleAt(id), at + 1, columns.length));
  };

  const resize = (id: string, width: number | undefined): void => change(resized(columns, id, width));

  const focus = (id: string): void => {
    current = id;
    draw();
    cells.get(id)?.element.focus();
  };

  const keyInCell = (id: string, event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = shown.findIndex((column) => column.id === id);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined && event.shiftKey) {
      const others = shown.filter((column) => column.id !== id);
      if (at + by >= 0 && at + by < shown.length) moveTo(id, others[at + by]?.id);
      cells.get(id)?.element.focus();
    } else if (by !== undefined) focus(shown[Math.min(shown.length - 1, Math.max(0, at + by))]?.id ?? id);
    else if (event.key === "Home" || event.key === "End")
      focus(shown.at(event.key === "Home" ? 0 : -1)?.id ?? id);
    else if (event.key === "Delete" && columns.length > 1) {
      const next = shown[at + 1] ?? shown[at - 1];
      change(toggled(columns, id));
      if (next) focus(next.id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Which edge of a column its separator stands at: the inner one, as seen from the column that takes the rest. */
  const sign = (id: string): 1 | -1 => {
    const rest = shown.findIndex((column) => column.id === restOf(columns));
    return shown.findIndex((column) => column.id === id) < rest ? 1 : -1;
  };

  const keyAtSeparator = (id: string, event: KeyboardEvent): void => {
    const column = columns.find((one) => one.id === id);
    if (!column || event.ctrlKey || event.metaKey || event.altKey) return;
    const width = widthOf(column);
    const widths: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: width - sign(id),
      ArrowRight: width + sign(id),
      PageUp: width + LEAP,
      PageDown: width - LEAP,
      Home: NARROWEST,
      End: WIDEST,
      Enter: undefined,
    };
    if (!Object.hasOwn(widths, event.key)) return;
    resize(id, widths[event.key]);
    event.preventDefault();
    event.stopPropagation();
  };

  /** The column before which what is dragged would be put; undefined: behind all. */
  const dropAt = (id: string, x: number): string | undefined =>
    shown.find((column) => {
      const box = column.id === id ? undefined : cells.get(column.id)?.element.getBoundingClientRect();
      return box !== undefined && x < box.left + box.width / 2;
    })?.id;

  const markDrop = (id: string | undefined, before: string | undefined): void => {
    const last = shown.findLast((column) => column.id !== id)?.id;
    for (const [of, cell] of cells) {
      cell.element.classList.toggle("dragged", of === id);
      cell.element.classList.toggle("drop-before", id !== undefined && of === before);
      cell.element.classList.toggle("drop-after", id !== undefined && before === undefined && of === last);
    }
  };

  const dragged = (id: string, cell: HTMLElement, down: PointerEvent): void => {
    if (down.button !== 0) return;
    let dragging = false;
    const over = new AbortController();
    const { signal } = over;
    cell.addEventListener(
      "pointermove",
      (event) => {
        if (!dragging && Math.abs(event.clientX - down.clientX) < DRAG) return;
        dragging = true;
        cell.setPointerCapture(event.pointerId);
        markDrop(id, dropAt(id, event.clientX));
      },
      { signal },
    );
    cell.addEventListener(
      "pointerup",
      (event) => {
        over.abort();
        markDrop(undefined, undefined);
        if (dragging) moveTo(id, dropAt(id, event.clientX));
      },
      { signal },
    );
    const stop = (): void => {
      over.abort();
      markDrop(undefined, undefined);
    };
    cell.addEventListener("pointercancel", stop, { signal });
  };

  const pulled = (id: string, separator: HTMLElement, down: PointerEvent): void => {
    const column = columns.find((one) => one.id === id);
    if (!column || down.button !== 0) return;
    down.stopPropagation();
    separator.setPointerCapture(down.pointerId);
    const [width, unit, edge] = [widthOf(column), character(), sign(id)];
    const over = new AbortController();
    const { signal } = over;
    separator.addEventListener(
      "pointermove",
      ({ clientX }) => resize(id, width + (edge * (clientX - down.clientX)) / unit),
      { signal },
    );
    for (const end of ["pointerup", "pointercancel"] as const)
      separator.addEventListener(end, () => over.abort(), { signal });
  };

  const create = (id: string): Cell => {
    const title = el("span", { class: "title" });
    const separator = el("span", {
      class: "separator",
      role: "separator",
      "aria-orientation": "vertical",
      "aria-valuemin": String(NARROWEST),
      "aria-valuemax": String(WIDEST),
    });
    const cell = el("span", { role: "columnheader", "data-column": id }, title, separator);
    cell.addEventListener("keydown", (event) => event.target === cell && keyInCell(id, event));
    cell.addEventListener("focus", () => {
      current = id;
      draw();
    });
    cell.addEventListener("pointerdown", (event) => dragged(id, cell, event));
    separator.addEventListener("pointerdown", (event) => pulled(id, separator, event));
    separator.addEventListener("keydown", (event) => keyAtSeparator(id, event));
    separator.addEventListener("dblclick", () => resize(id, undefined));
    return { element: cell, title, separator };
  };

  const draw = (): void => {
    if (!shown.some(({ id }) => id === current)) current = shown[0]?.id;
    const rest = restOf(columns);
    for (const id of [...cells.keys()]) if (!columns.some((column) => column.id === id)) cells.delete(id);
    const elements = shown.map((column) => {
      const { id } = column;
      const cell = cells.get(id) ?? create(id);
      cells.set(id, cell);
      setText(cell.title, titleAt(id));
      setAttribute(
        cell.element,
        "title",
        t("{0}: drag, or Shift+Left and Right, to move; Delete to hide", titleAt(id)),
      );
      setAttribute(cell.element, "aria-colindex", String(columns.findIndex((one) => one.id === id) + 1));
      setAttribute(cell.element, "tabindex", id === current ? "0" : "-1");
      cell.separator.hidden = id === rest;
      setAttribute(cell.separator, "tabindex", id === current ? "0" : "-1");
      setAttribute(cell.separator, "aria-label", t("Width of {0}", titleAt(id)));
      // Its cell's would say how that is moved.
      setAttribute(
        cell.separator,
        "title",
        t("Width of {0}: drag, or Left and Right; double click or Enter for the usual one", titleAt(id)),
      );
      setAttribute(cell.separator, "aria-valuenow", String(widthOf(column)));
      cell.separator.classList.toggle("left", sign(id) < 0);
      return cell.element;
    });
    arrange(element, [...elements, ruler]);
  };

  return {
    element,
    update(all, visibleOnes, its) {
      columns = all;
      zone = its;
      shown = visibleOnes;
      draw();
    },
  };
}
