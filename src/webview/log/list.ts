import type { Key, Row } from "../../protocol/log-view.ts";
import { arrange, el, setAttribute } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import type { Column } from "./columns.ts";
import type { Display } from "./display.ts";
import type { LogFeed } from "./feed.ts";
import { placeAfter, sameKey } from "./keys.ts";
import { createLayout } from "./layout.ts";
import {
  type Anchor,
  anchorAt,
  type Extent,
  movedBy,
  placesInSight,
  scaled,
  scrolledHeight,
  shareOf,
} from "./place.ts";
import { createRowElement, type RowElement } from "./row.ts";
import type { Times } from "./times.ts";

interface Parts {
  readonly l10n: L10n;
  readonly times: Times;
  readonly feed: LogFeed;
  /** The reader scrolled, or chose a row: whether the end is in sight, and what is at the top. */
  readonly moved: (atEnd: boolean) => void;
  readonly chosen: (row: Row | undefined) => void;
  /** A key that the list itself makes nothing of. */
  readonly keydown: (event: KeyboardEvent) => void;
  readonly opened: (row: Row) => void;
  /** The place in code that the chosen row names is wanted. */
  readonly followed: () => void;
  /** Columns were moved, made wider or taken away. */
  readonly columns: (columns: readonly Column[]) => void;
  readonly say: (text: string) => void;
}

/** The rows in sight, as elements; all others are a number. */
export interface List {
  readonly element: HTMLElement;
  /** Draws what the feed has now. */
  draw(): void;
  toEnd(): void;
  /** Puts a place in the middle, and chooses it. */
  show(place: number, key: Key): void;
  /** The rows moved by so many places: what is in sight stays where it is. */
  shift(places: number): void;
  setWrap(wrap: boolean): void;
  setDisplay(display: Display): void;
  /** The record at the top and its place; undefined while the newest are followed. */
  top(): { readonly key: Key; readonly place: number } | undefined;
  readonly choice: Row | undefined;
  choose(key: Key | undefined): void;
  focus(): void;
}

/** The rows of a feed as a grid that only has elements for what is in sight. */
export function createList(parts: Parts): List {
  const { l10n, times, feed, moved, chosen, keydown, opened, followed } = parts;
  const { t } = l10n;
  const body = el("div", { class: "body", role: "presentation" });
  const pane = el("div", { class: "pane", role: "rowgroup" }, body);
  const spacer = el("div", { class: "spacer", role: "presentation" }, pane);
  const element = el("div", { class: "list", role: "grid", tabindex: "0", "aria-label": t("Log lines") });
  const layout = createLayout({
    l10n,
    list: element,
    change: parts.columns,
    say: parts.say,
    renew() {
      elements.clear();
      body.replaceChildren();
      if (activeColumn !== undefined) activeColumn = Math.min(activeColumn, layout.shown.length - 1);
      drawSoon();
    },
  });
  const { head } = layout;
  element.append(head, spacer);
  const elements = new Map<number, RowElement>();
  let anchor: Anchor = { place: 0, y: 0 };
  let following = true;
  let active: { place: number; key: Key | undefined } | undefined;
  /** Of the columns shown; undefined: rows are chosen as a whole. */
  let activeColumn: number | undefined;
  let rowHeight = 20;
  /** Where we scrolled to ourselves. */
  let expected = 0;
  let frame: number | undefined;

  const extent = (): Extent => ({
    count: feed.count,
    rowHeight,
    height: Math.max(rowHeight, element.clientHeight - head.offsetHeight),
  });

  const drawSoon = (): void => {
    if (frame !== undefined) return;
    frame = requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
  };

  const draw = (): void => {
    const now = extent();
    if (element.clientHeight === 0) return;
    const fits = now.count * rowHeight <= now.height && !element.classList.contains("wrap");
    if (fits) anchor = { place: 0, y: 0 };
    else if (following) anchor = anchorAt(1, now);
    anchor = { place: Math.min(anchor.place, now.count), y: Math.min(anchor.y, now.height) };
    spacer.style.height = `${Math.max(now.height, scrolledHeight(now))}px`;
    pane.style.height = `${now.height}px`;
    setAttribute(element, "aria-rowcount", String(now.count + 1));
    const [from, until] = placesInSight(anchor, now);
    feed.want(from, until);
    render(from, until);
    put(now);
    const share = shareOf(anchor, now);
    expected = Math.round(share * (element.scrollHeight - element.clientHeight));
    if (Math.abs(element.scrollTop - expected) >= 1) element.scrollTop = expected;
  };

  const render = (from: number, until: number): void => {
    const spare = [...elements].filter(([place]) => place < from || place >= until);
    const rows: HTMLElement[] = [];
    for (const [place] of spare) elements.delete(place);
    for (let place = from; place < until; place++) {
      let row = elements.get(place);
      if (!row) {
        row = spare.pop()?.[1] ?? createRowElement(l10n, times, layout.columns, layout.shown);
        elements.set(place, row);
      }
      const record = feed.row(place);
      row.update(place, record);
      const is = active !== undefined && record !== undefined && isActive(place, record);
      row.setActive(is, activeColumn);
      rows.push(row.element);
    }
    arrange(body, rows);
    const current = active && elements.get(active.place);
    const cell = activeColumn === undefined ? undefined : current?.cell(activeColumn);
    setAttribute(element, "aria-activedescendant", (cell ?? current?.element)?.id);
  };

  const isActive = (place: number, { key }: Row): boolean => {
    if (!active) return false;
    if (!active.key) {
      if (active.place !== place) return false;
      active.key = key;
      return true;
    }
    if (!sameKey(key, active.key)) return false;
    active.place = place;
    return true;
  };

  /** Moves the rows so that the anchor's is where it belongs, however high they are. */
  const put = ({ count }: Extent): void => {
    const last = anchor.place >= count;
    const place = last ? count - 1 : Math.floor(anchor.place);
    const row = elements.get(place)?.element;
    if (!row) return;
    const within = last ? row.offsetHeight : (anchor.place - place) * row.offsetHeight;
    body.style.transform = `translateY(${Math.round(anchor.y - row.offsetTop - within)}px)`;
  };

  const scrollTo = (next: Anchor, byReader: boolean): void => {
    anchor = next;
    const now = extent();
    const atEnd = shareOf(anchor, now) >= 1 || now.count * rowHeight <= now.height;
    if (byReader) {
      following = atEnd;
      moved(atEnd);
    }
    draw();
  };

  element.addEventListener(
    "scroll",
    () => {
      if (Math.abs(element.scrollTop - expected) < 1) return;
      const room = element.scrollHeight - element.clientHeight;
      const share = room <= 0 ? 0 : Math.min(1, element.scrollTop / room);
      expected = element.scrollTop;
      scrollTo(anchorAt(room - element.scrollTop < 1 ? 1 : share, extent()), true);
    },
    { passive: true },
  );
  element.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.deltaY === 0) return;
      // A pixel of the scroll bar is many rows.
      if (!scaled(extent())) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1;
      scrollTo(movedBy(anchor, event.deltaY * unit, extent()), true);
    },
    { passive: false },
  );

  /** Chooses a place and brings it into sight. */
  const goTo = (place: number): void => {
    const now = extent();
    if (now.count === 0) return;
    const to = Math.min(now.count - 1, Math.max(0, place));
    active = { place: to, key: feed.row(to)?.key };
    const row = elements.get(to)?.element;
    const box = pane.getBoundingClientRect();
    const own = row?.getBoundingClientRect();
    if (own && own.top >= box.top - 1 && own.bottom <= box.bottom + 1) draw();
    else if (own ? own.top < box.top : to < anchor.place) scrollTo({ place: to, y: 0 }, true);
    else scrollTo({ place: to + 1, y: now.height }, true);
    chosen(feed.row(to));
  };

  /** Chooses a cell of the row; before the first one is the row as a whole. */
  const goToColumn = (column: number): void => {
    activeColumn = column < 0 ? undefined : Math.min(layout.shown.length - 1, column);
    draw();
    const cell = activeColumn === undefined ? head : active && elements.get(active.place)?.cell(activeColumn);
    cell?.scrollIntoView({ block: "nearest", inline: activeColumn === undefined ? "start" : "nearest" });
  };

  element.addEventListener("keydown", (event) => {
    if (event.target !== element) return;
    const { count, height } = extent();
    const at = active?.place ?? Math.max(0, Math.ceil(anchor.place - anchor.y / rowHeight) - 1);
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const to = placeAfter(event.key, active ? at : at - 1, page, count);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (to !== undefined && (plain || event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      goTo(to);
      if (event.key === "End") api.toEnd();
    } else if (by !== undefined && plain) {
      event.preventDefault();
      if (active) goToColumn((activeColumn ?? -1) + by);
    } else keydown(event);
  });
  const placeOf = (event: MouseEvent): number | undefined => {
    const target = event.target instanceof Element ? event.target.closest("[data-place]") : null;
    return target instanceof HTMLElement ? Number(target.dataset.place) : undefined;
  };
  element.addEventListener("click", (event) => {
    const place = placeOf(event);
    // Text that is being marked is to be copied, not to be chosen.
    if (place === undefined || getSelection()?.isCollapsed === false) return;
    active = { place, key: feed.row(place)?.key };
    activeColumn = undefined;
    draw();
    chosen(feed.row(place));
    if (event.ctrlKey || event.metaKey) followed();
  });
  element.addEventListener("dblclick", (event) => {
    const row = feed.row(placeOf(event) ?? -1);
    if (row) opened(row);
  });
  new ResizeObserver(() => {
    const sample = body.firstElementChild;
    if (sample instanceof HTMLElement && !element.classList.contains("wrap"))
      rowHeight = sample.offsetHeight || rowHeight;
    layout.fit();
    drawSoon();
  }).observe(element);

  const api: List = {
    element,
    draw: drawSoon,
    toEnd() {
      following = true;
      moved(true);
      drawSoon();
    },
    show(place, key) {
      following = false;
      active = { place, key };
      scrollTo({ place, y: Math.round(extent().height / 3) }, false);
    },
    shift(places) {
      if (following) return;
      anchor = { place: anchor.place + places, y: anchor.y };
      drawSoon();
    },
    setWrap(wrap) {
      element.classList.toggle("wrap", wrap);
      drawSoon();
    },
    setDisplay(display) {
      layout.set(display.columns);
    },
    top() {
      if (following) return undefined;
      const place = Math.max(0, Math.floor(anchor.place - anchor.y / rowHeight));
      const key = feed.row(place)?.key;
      return key && { key, place };
    },
    get choice() {
      return active && feed.row(active.place);
    },
    choose(key) {
      active = key && { place: active?.place ?? 0, key };
      drawSoon();
    },
    focus: () => element.focus(),
  };
  return api;
}
