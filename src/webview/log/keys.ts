import type { Key } from "../../protocol/log-view.ts";

export function sameKey(a: Key, b: Key): boolean {
  return a.every((part, i) => part === b[i]);
}

/** Where a key leads to in a list of so many rows; undefined: nowhere. */
export function placeAfter(key: string, at: number, page: number, count: number): number | undefined {
  switch (key) {
    case "ArrowUp":
      return at - 1;
    case "ArrowDown":
      return at + 1;
    case "PageUp":
      return at - page;
    case "PageDown":
      return at + page;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
