import type { DashboardState } from "../protocol/webview.ts";
import { RANGES } from "./ranges.ts";
import { readTabled } from "./tabled.ts";

/** Most characters (UTF-16 units) of the name of a duration field that is remembered. */
const LONGEST_DURATION = 2_000;

/** The state in what the editor kept, which may be of another version; what is not understood is left out. */
export function readState(state: unknown): DashboardState {
  const { range, source, between, duration, tables } = (state ?? {}) as Partial<
    Record<keyof DashboardState, unknown>
  >;
  const { from, until } = (between ?? {}) as { readonly from?: unknown; readonly until?: unknown };
  return {
    range: RANGES.find((known) => known === range) ?? RANGES[1],
    ...(Number.isSafeInteger(from) &&
      Number.isSafeInteger(until) && { between: { from: Number(from), until: Number(until) } }),
    ...(typeof source === "string" && { source }),
    ...(typeof duration === "string" && duration.length <= LONGEST_DURATION && { duration }),
    ...(tables !== undefined && { tables: readTabled(tables) }),
  };
}
