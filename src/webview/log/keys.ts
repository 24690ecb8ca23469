import type { Key } from "../../protocol/log-view.ts";

export function sameKey(a: Key, b: Key): boolean {
  return a.every((part, i) => part === b[i]);
}
