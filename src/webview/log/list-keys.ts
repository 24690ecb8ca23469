import type { Key, Row } from "../../protocol/log-view.ts";
import type { L10n } from "../l10n.ts";
import { type Choice, whenCome } from "./choice.ts";
import type { LogFeed } from "./feed.ts";
import type { Folds } from "./folds.ts";
import { placeAfter, sameKey } from "./keys.ts";
import type { Layout } from "./layout.ts";
import type { Anchor, Extent } from "./place.ts";
import type { Stage } from "./stage.ts";

/** The reader, also as one who goes up from the end and wants to stay there; undefined: nobody. */
export type ScrolledBy = "reader" | "up" | undefined;

interface Parts {
  readonly element: HTMLElement;
  readonly l10n: L10n;
  readonly feed: LogFeed;
  readonly folds: Folds;
  readonly layout: Layout;
  readonly stage: Stage;
  readonly choice: Choice;
  readonly extent: () => Extent;
  readonly anchor: () => Anchor;
  readonly draw: () => void;
  readonly following: () => boolean;
  readonly scrollTo: (next: Anchor, by: ScrolledBy) => void;
  readonly scrollBy: (pixels: number) => void;
  readonly chosen: (row: Row | undefined) => void;
  readonly toEnd: () => void;
  readonly say: (text: string) => void;
  /** A key that the list itself makes nothing of. */
  readonly keydown: (event: KeyboardEvent) => void;
}

/** What keys do in the rows of a list. */
export interface ListKeys {
  /** Unfolds or folds a row: its first line stays where it is, also at the end of what is followed. */
  toggle(row: Row, place: number): void;
  /** Scrolls so far that a row is in sight. */
  reveal(place: number): void;
}

export function listenToKeys(parts: Parts): ListKeys {
  const { element, feed, folds, layout, stage, choice, extent, anchor, draw, scrollTo, scrollBy } = parts;
  const { t } = parts.l10n;

  const reveal = (place: number): void => {
    const { height } = extent();
    const span = stage.span(place);
    if (span ? span.top < 0 : place < anchor().place) scrollTo({ place, y: 0 }, "reader");
    else scrollTo({ place: place + 1, y: height }, "reader");
  };

  /** Chooses a place and brings it into sight. */
  const goTo = (place: number, up: boolean): void => {
    const { count, height } = extent();
    if (count === 0) return;
    const to = Math.min(count - 1, Math.max(0, place));
    const down = to > (choice.row?.place ?? -1);
    // Of a search that was another one, what stands there is not what is meant.
    const row = feed.isStale(to) ? undefined : feed.row(to);
    choice.row = { place: to, key: row?.key };
    const span = stage.span(to);
    // At the last one, the newest are followed again.
    if (stage.isWhole(to, height) && (up || to < count - 1)) draw();
    else if (span && span.bottom - span.top > height) scrollTo({ place: to, y: down ? 0 : height }, "reader");
    else reveal(to);
    parts.chosen(row);
  };

  /** Where arrows start from: the row that is chosen, or, when it is far away, the edge of what is in sight. */
  const start = (up: boolean): number => {
    const { rowHeight, height } = extent();
    const top = anchor().place - anchor().y / rowHeight;
    const at = choice.row && stage.span(choice.row.place);
    if (choice.row && at && at.bottom > 0 && at.top < height) return choice.row.place;
    return up ? Math.floor(top + height / rowHeight) : Math.ceil(top) - 1;
  };

  /** What one goes up to stays in sight, whatever comes: as where one scrolls, where there is anything to scroll. */
  const stay = (): void => {
    const { count, height } = extent();
    const all = stage.isWhole(0, height) && stage.isWhole(count - 1, height);
    if (parts.following() && !all) scrollTo(anchor(), "up");
  };

  /** Of a row that is higher than the view, the next part is seen first. */
  const scrolledWithin = (key: string): boolean => {
    const { height, rowHeight } = extent();
    const span = choice.row && stage.span(choice.row.place);
    const rest = span && (key === "ArrowDown" ? span.bottom - height : key === "ArrowUp" ? -span.top : 0);
    if (!span || !rest || rest <= 1 || span.top >= height || span.bottom <= 0) return false;
    scrollBy((key === "ArrowDown" ? 1 : -1) * Math.min(rest, 3 * rowHeight));
    return true;
  };

  const toggle = (row: Row, place: number): void => {
    const top = stage.span(place)?.top ?? 0;
    folds.toggle(row);
    scrollTo({ place, y: Math.max(0, top) }, "reader");
  };

  const fold = (row: Row, place: number, open: boolean): boolean => {
    if (row.lines === 1 || folds.isOpen(row) === open) return false;
    toggle(row, place);
    parts.say(open ? t("unfolded") : t("folded"));
    return true;
  };

  /** Unfolds and folds the row; then chooses a cell of it: before the first one is the row as a whole. */
  const goAside = (by: number, key: Key): void => {
    const row = choice.row && feed.row(choice.row.place);
    // Where it stood there is another one now, if it is no longer found.
    if (!choice.row || !row || !sameKey(row.key, key)) return;
    if (choice.column === undefined && fold(row, choice.row.place, by > 0)) return;
    const column = Math.min(layout.shown.length - 1, (choice.column ?? -1) + by);
    choice.column = column < 0 ? undefined : column;
    draw();
    const cell = choice.column === undefined ? layout.head : stage.get(choice.row.place)?.cell(choice.column);
    const inline = choice.column === undefined ? "start" : "nearest";
    cell?.scrollIntoView({ block: "nearest", inline });
  };

  element.addEventListener("keydown", (event) => {
    if (event.target !== element) return;
    const { count, height, rowHeight } = extent();
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const up = event.key.endsWith("Up");
    const to = placeAfter(event.key, start(up), page, count);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (to !== undefined && (plain || event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      if (up) stay();
      if (scrolledWithin(event.key)) return;
      goTo(to, up);
      if (event.key === "End") parts.toEnd();
    } else if (by !== undefined && plain) {
      event.preventDefault();
      void whenCome(choice).then((key) => key && goAside(by, key));
    } else parts.keydown(event);
  });

  return { toggle, reveal };
}
