import type { Row } from "../../protocol/log-view.ts";

interface Acts {
  readonly row: (place: number) => Row | undefined;
  readonly choose: (place: number, row: Row | undefined) => void;
  /** Folds or unfolds a row. */
  readonly toggle: (row: Row, place: number) => void;
  readonly opened: (row: Row) => void;
  /** To go to the code that the row names. @param at where in its text the mouse is */
  readonly followed: (row: Row | undefined, at: number | undefined) => void;
}

/** What a mouse does in the rows of a list. */
export function listenToClicks(list: HTMLElement, acts: Acts): void {
  const placeOf = (event: MouseEvent): number | undefined => {
    const target = event.target instanceof Element ? event.target.closest("[data-place]") : null;
    return target instanceof HTMLElement ? Number(target.dataset.place) : undefined;
  };
  const buttonOf = ({ target }: MouseEvent): Element | null =>
    target instanceof Element ? target.closest("[data-do]") : null;
  list.addEventListener("mousedown", (event) => {
    // A second click opens what the first has chosen; it would mark a word of it. Text is marked by dragging.
    if (event.detail > 1 && placeOf(event) !== undefined) event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const place = placeOf(event);
    // Text that is being marked is to be copied, not to be chosen.
    if (place === undefined || getSelection()?.isCollapsed === false) return;
    const row = acts.row(place);
    const follows = (event.ctrlKey || event.metaKey) && event.detail < 2;
    // Before it is drawn as chosen.
    const at = follows ? clickedAt(event) : undefined;
    acts.choose(place, row);
    if (follows) acts.followed(row, at);
    const button = buttonOf(event);
    if (!row || !(button instanceof HTMLElement)) return;
    if (button.dataset.do === "fold") acts.toggle(row, place);
    else acts.opened(row);
    list.focus();
  });
  list.addEventListener("dblclick", (event) => {
    const row = buttonOf(event) ? undefined : acts.row(placeOf(event) ?? -1);
    if (row) acts.opened(row);
  });
}

/** Where in the text of a row's message a mouse stands, in UTF-16 units as it is shown; undefined: in none. */
function clickedAt({ target, clientX, clientY }: MouseEvent): number | undefined {
  const cell = target instanceof Element ? target.closest(".body .message") : null;
  const text = cell?.querySelector(":scope > .text");
  const caret = document.caretRangeFromPoint(clientX, clientY);
  if (!text || !caret || !text.contains(caret.startContainer)) return undefined;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(caret.startContainer, caret.startOffset);
  return before.toString().length;
}
