import type { Snapshot } from "../model.ts";

/** The figures before anything runs. */
export const EMPTY: Snapshot = {
  at: 0,
  startedAt: 0,
  totals: { lines: 0, bytes: 0, unparsed: 0, errors: 0, linesPerSecond: 0, bytesPerSecond: 0, sinkErrors: 0 },
  tps: 0,
  sources: [],
  sinks: [],
  channels: [],
  spool: { blocks: 0, bytes: 0, capacity: 0, dropped: 0, damaged: 0 },
  problems: [],
};
