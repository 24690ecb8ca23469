import type { Key } from "../../protocol/log-view.ts";

/** A record, and how far (CSS pixels) below the top of the list it stands. */
export interface Kept {
  readonly key: Key;
  readonly y: number;
  /** The last record when following stopped, if that is known: what comes after it is new. */
  readonly last?: Key | undefined;
  /** So many stood after it then, dated ahead; absent: none. */
  readonly ahead?: number | undefined;
}

/** A record's place, with a fraction of it, put at a height of the list (CSS pixels from its top). */
export interface Anchor {
  readonly place: number;
  readonly y: number;
}

/** What the list is: how many rows, how high one is about, and how much of them is in sight (CSS pixels). */
export interface Extent {
  readonly count: number;
  readonly rowHeight: number;
  readonly height: number;
}

/** Browsers can't make an element much higher than this (CSS pixels); of longer lists a pixel is several rows. */
const HIGHEST = 8_000_000;

/** How high what is scrolled is to be. */
export function scrolledHeight({ count, rowHeight }: Extent): number {
  return Math.min(HIGHEST, Math.ceil(count * rowHeight));
}

export function scaled({ count, rowHeight }: Extent): boolean {
  return count * rowHeight > HIGHEST;
}

/**
 * Where the list stands when it is scrolled by a share (0 to 1). The place at this share of all rows is put at this
 * share of the height, so that the first row is at the top at 0, the last one at the bottom at 1, and rows of one
 * height move as they do in any list; rows of different heights, and lists too long to have a pixel a row, too.
 */
export function anchorAt(share: number, { count, height }: Extent): Anchor {
  return { place: share * count, y: share * height };
}

/** The share that stands for an anchor, between 0 and 1. */
export function shareOf({ place, y }: Anchor, { count, rowHeight, height }: Extent): number {
  const rest = count - height / rowHeight;
  if (rest <= 0) return 0;
  return Math.min(1, Math.max(0, (place - y / rowHeight) / rest));
}

/** The places that may be in sight. */
export function placesInSight(
  { place, y }: Anchor,
  { count, rowHeight, height }: Extent,
): readonly [from: number, until: number] {
  const above = Math.ceil(y / rowHeight) + 2;
  const below = Math.ceil((height - y) / rowHeight) + 2;
  return [Math.max(0, Math.floor(place) - above), Math.min(count, Math.floor(place) + below)];
}

/** The anchor moved by so many pixels, as far as there are rows. */
export function movedBy(anchor: Anchor, pixels: number, extent: Extent): Anchor {
  const { count, rowHeight, height } = extent;
  const rest = count - height / rowHeight;
  if (rest <= 0) return { place: 0, y: 0 };
  const share = (anchor.place - anchor.y / rowHeight + pixels / rowHeight) / rest;
  return anchorAt(Math.min(1, Math.max(0, share)), extent);
}
