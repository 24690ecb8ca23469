import { termOf } from "../lib/query-term.ts";
import type { LogTarget } from "../protocol/log-view.ts";

/** What a log view is opened for by a row of the tree: all, a source, or one of its files alone. */
export function targetOf(source: string | undefined, path: string | undefined): LogTarget {
  return {
    ...(source !== undefined && { source }),
    ...(path !== undefined && { query: termOf("file", path) }),
  };
}
