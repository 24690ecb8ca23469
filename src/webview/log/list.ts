import type { Key, Row } from "../../protocol/log-view.ts";
import { el, setAttribute } from "../dom.ts";
import { createArrived } from "./arrived.ts";
import type { Look } from "./cells.ts";
import { type Choice, come, whenCome } from "./choice.ts";
import { listenToClicks } from "./clicks.ts";
import type { Column } from "./columns.ts";
import type { LogFeed } from "./feed.ts";
import { sameKey } from "./keys.ts";
import { createLayout } from "./layout.ts";
import { listenToKeys, type ScrolledBy } from "./list-keys.ts";
import {
  type Anchor,
  anchorAt,
  type Extent,
  type Kept,
  movedBy,
  placesInSight,
  scaled,
  scrolledHeight,
  shareOf,
} from "./place.ts";
import { createRowElement } from "./row.ts";
import { createStage } from "./stage.ts";
import { createWanted } from "./wanted.ts";

interface Parts {
  readonly look: Look;
  readonly feed: LogFeed;
  /** The reader scrolled, or chose a row: whether the end is in sight, and what is at the top. */
  readonly moved: (atEnd: boolean) => void;
  readonly chosen: (row: Row | undefined) => void;
  /** A key that the list itself makes nothing of. */
  readonly keydown: (event: KeyboardEvent) => void;
  readonly opened: (row: Row) => void;
  /** The place in code that the chosen row names is wanted. @param at where in its text one clicked */
  readonly followed: (row: Row | undefined, at: number | undefined) => void;
  /** Columns were moved, made wider or taken away. */
  readonly columns: (columns: readonly Column[]) => void;
  readonly say: (text: string) => void;
  /** What lies above a line, between it and the one before, and is no line. */
  readonly above: (place: number, row: Row, before: Row | undefined) => string | undefined;
}

/** The rows in sight, as elements; all others are a number. */
export interface List {
  readonly element: HTMLElement;
  /** Draws what the feed has now. */
  draw(): void;
  /** Draws all of it again: what cells are drawn with is another. */
  renew(): void;
  toEnd(): void;
  /** Puts a place in the middle, and chooses it. */
  show(place: number, key: Key | undefined): void;
  /** Puts a place at a height (CSS pixels from the top), and chooses nothing. */
  put(place: number, y: number): void;
  /** The rows moved by so many places: what is in sight stays where it is. */
  shift(places: number): void;
  setWrap(wrap: boolean): void;
  /** @param zone of the times, where it is not the machine's */
  setColumns(columns: readonly Column[], zone: string | undefined): void;
  /** The record at the top and its place; undefined while the newest are followed. */
  top(): { readonly key: Key; readonly place: number } | undefined;
  /** The record that is to stay at its height: the one that is chosen, if it is in sight, else the one at the top. */
  kept(): Kept | undefined;
  /** The record that is chosen, in sight or not. */
  readonly chosen: Key | undefined;
  /** That record, also where it has yet to come. */
  whenChosen(): Promise<Key | undefined>;
  readonly choice: Row | undefined;
  choose(key: Key | undefined): void;
  focus(): void;
}

/** The rows of a feed as a grid that only has elements for what is in sight. */
export function createList(parts: Parts): List {
  const { look, feed, moved, chosen, keydown, opened, followed } = parts;
  const { l10n, folds } = look;
  const { t } = l10n;
  const pane = el("div", { class: "pane", role: "rowgroup" });
  const spacer = el("div", { class: "spacer", role: "presentation" }, pane);
  const element = el("div", { class: "list", role: "grid", tabindex: "0", "aria-label": t("Log lines") });
  const layout = createLayout({
    l10n,
    list: element,
    change: parts.columns,
    say: parts.say,
    renew() {
      stage.clear();
      if (choice.column !== undefined) choice.column = Math.min(choice.column, layout.shown.length - 1);
      drawSoon();
    },
  });
  const { head } = layout;
  const stage = createStage({
    make: () => createRowElement(look, layout.columns, layout.shown),
    update(place, its) {
      const row = feed.row(place);
      const before = feed.row(place - 1);
      its.update(place, row, before, row && parts.above(place, row, before));
      its.setActive(row !== undefined && isActive(place, row), choice.column);
    },
  });
  pane.append(stage.body);
  element.append(head, spacer);
  let anchor: Anchor = { place: 0, y: 0 };
  const wanted = createWanted(window);
  let following = true;
  /** The last row stood at the end, or above it, when it was drawn last. */
  let atEnd = true;
  const arrived = createArrived(feed);
  const choice: Choice = { row: undefined, column: undefined };
  let rowHeight = 20;
  /** How high the pane was when it was drawn last. */
  let drawn = 0;
  /** Where we scrolled to ourselves. */
  let expected = 0;
  let frame: number | undefined;

  const extent = (): Extent => ({
    count: feed.count,
    rowHeight,
    height: Math.max(rowHeight, element.clientHeight - head.offsetHeight),
  });
  /** Whether rows may be much higher than others. */
  const uneven = () => folds.any || element.classList.contains("wrap");

  const inSight = (now: Extent): [from: number, until: number] => {
    const [from, until] = placesInSight(anchorAt(1, now), now);
    return [from - 1, until];
  };

  const drawSoon = (): void => {
    if (frame !== undefined) return;
    frame = requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
  };

  const draw = (): void => {
    const told = extent();
    if (element.clientHeight === 0) return;
    const now = following ? { ...told, count: arrived.count((count) => inSight({ ...told, count })) } : told;
    const { count, height } = now;
    const { row } = choice;
    // The pane has become smaller, as where details are opened: what is chosen stays in sight.
    const seen =
      !wanted.at && height < drawn && row && stage.isWhole(row.place, drawn) ? row.place : undefined;
    drawn = height;
    anchor = following ? anchorAt(1, now) : (wanted.at ?? anchor);
    pane.style.height = `${height}px`;
    setAttribute(element, "aria-rowcount", String(told.count + 1));
    render(now, { place: Math.min(anchor.place, count), y: Math.min(anchor.y, height) });
    // Below the last row there is nothing, and less above the first one.
    if ((stage.span(count - 1)?.bottom ?? height) < height) render(now, anchorAt(1, now));
    if ((stage.span(0)?.top ?? 0) > 0) render(now, { place: 0, y: 0 });
    // What is wanted is what is not there yet.
    if (count !== told.count) feed.want(...inSight(told));
    atEnd = (stage.span(count - 1)?.bottom ?? (count === 0 ? 0 : Number.POSITIVE_INFINITY)) <= height + 1;
    scroll(now);
    const current = api.choice && choice.row && stage.get(choice.row.place);
    const cell = choice.column === undefined ? undefined : current?.cell(choice.column);
    setAttribute(element, "aria-activedescendant", (cell ?? current?.element)?.id);
    if (seen !== undefined && !stage.isWhole(seen, height)) keys.reveal(seen);
  };

  const render = (now: Extent, to: Anchor): void => {
    anchor = to;
    const [from, until] = placesInSight(anchor, now);
    feed.want(from - 1, until);
    stage.render(from, until);
    stage.put(anchor, now.count);
  };

  /** Puts the scroll bar where the rows are. */
  const scroll = (now: Extent): void => {
    const { count, height } = now;
    const [first, last] = [stage.span(0), stage.span(count - 1)];
    // Of a few rows all heights are known.
    const total = first && last ? last.bottom - first.top : scrolledHeight(now);
    const share = first && last ? -first.top / Math.max(1, total - height) : shareOf(anchor, now);
    spacer.style.height = `${Math.max(height, total)}px`;
    const room = element.scrollHeight - element.clientHeight;
    expected = Math.round(Math.min(1, Math.max(0, share)) * room);
    if (Math.abs(element.scrollTop - expected) >= 1) element.scrollTop = expected;
  };

  const isActive = (place: number, { key }: Row): boolean => {
    const { row } = choice;
    if (!row) return false;
    if (!row.key) {
      if (row.place !== place) return false;
      if (feed.isStale(place)) return true;
      come(row, key);
      // It was chosen before it had come.
      chosen(feed.row(place));
      return true;
    }
    if (!sameKey(key, row.key)) return false;
    row.place = place;
    return true;
  };

  const scrollTo = (next: Anchor, by: ScrolledBy): void => {
    anchor = next;
    wanted.at = undefined;
    if (by) following = false;
    draw();
    if (!by) return;
    following = atEnd && by !== "up";
    moved(following);
  };

  /** Moves by pixels, over rows of any height. */
  const scrollBy = (pixels: number): void => {
    const now = extent();
    const held = pixels > 0 ? stage.hold(pixels, 0) : stage.hold(now.height + pixels, now.height);
    scrollTo(held ?? movedBy(anchor, pixels, now), "reader");
  };

  element.addEventListener(
    "scroll",
    () => {
      if (Math.abs(element.scrollTop - expected) < 1) return;
      const room = element.scrollHeight - element.clientHeight;
      const share = room <= 0 ? 0 : Math.min(1, element.scrollTop / room);
      expected = element.scrollTop;
      scrollTo(anchorAt(room - element.scrollTop < 1 ? 1 : share, extent()), "reader");
    },
    { passive: true },
  );
  element.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      // A pixel of the scroll bar is many rows, or it is not known how many.
      if (!scaled(extent()) && !uneven()) return;
      event.preventDefault();
      scrollBy(event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1));
    },
    { passive: false },
  );

  const grid = { element, l10n, feed, folds, layout, stage, choice };
  const keys = listenToKeys({
    ...grid,
    extent,
    draw,
    scrollTo,
    scrollBy,
    chosen,
    keydown,
    anchor: () => anchor,
    following: () => following,
    say: parts.say,
    toEnd: () => api.toEnd(),
  });
  listenToClicks(element, {
    row: feed.row,
    choose(place, row) {
      choice.row = { place, key: row?.key };
      choice.column = undefined;
      draw();
      chosen(row);
    },
    toggle: keys.toggle,
    opened,
    followed,
  });
  new ResizeObserver(() => {
    // The title is as high as it always is; a line of text gives the height.
    rowHeight = Number.parseFloat(getComputedStyle(element).lineHeight) || rowHeight;
    layout.fit();
    drawSoon();
  }).observe(element);

  const api: List = {
    element,
    draw: drawSoon,
    renew() {
      stage.each((row) => row.renew());
      drawSoon();
    },
    toEnd() {
      following = true;
      moved(true);
      drawSoon();
    },
    show(place, key) {
      following = false;
      choice.row = { place, key };
      scrollTo({ place, y: Math.round(extent().height / 3) }, undefined);
    },
    put(place, y) {
      following = false;
      scrollTo({ place, y }, undefined);
      wanted.at = { place, y };
    },
    shift(places) {
      if (following) return;
      anchor = { place: anchor.place + places, y: anchor.y };
      wanted.shift(places);
      // At once: what is at the top is told by what is drawn.
      draw();
    },
    setWrap(wrap) {
      element.classList.toggle("wrap", wrap);
      drawSoon();
    },
    setColumns: layout.set,
    top() {
      if (following) return undefined;
      const held = stage.hold(0, 0)?.place ?? anchor.place - anchor.y / rowHeight;
      const place = Math.max(0, Math.floor(held));
      const key = feed.row(place)?.key;
      return key && { key, place };
    },
    kept() {
      if (following) return undefined;
      const put = wanted.at && feed.row(wanted.at.place)?.key;
      if (wanted.at && put) return { key: put, y: wanted.at.y };
      const { row } = choice;
      const key = row && stage.isWhole(row.place, drawn) ? api.choice?.key : undefined;
      if (row && key) return { key, y: stage.span(row.place)?.top ?? 0 };
      const top = api.top();
      return top && { key: top.key, y: stage.span(top.place)?.top ?? 0 };
    },
    get chosen() {
      return choice.row?.key;
    },
    whenChosen: () => whenCome(choice),
    get choice() {
      const row = choice.row && feed.row(choice.row.place);
      // Of another search there is another one there.
      return row && (!choice.row?.key || sameKey(choice.row.key, row.key)) ? row : undefined;
    },
    choose(key) {
      choice.row = key && { place: choice.row?.place ?? -1, key };
      drawSoon();
    },
    focus: () => element.focus(),
  };
  return api;
}
