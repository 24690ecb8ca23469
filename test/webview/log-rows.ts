import type { Key, Progress, Row } from "../../src/protocol/log-view.ts";

/** The key of a record that is a number: its time. */
export const keyOf = (number: number): Key => [number, 0, 1, number];

/** The row of a record that is a number: its time and its text. */
export const rowOf = (number: number): Row => ({
  key: keyOf(number),
  time: number,
  nanos: 0,
  source: "s",
  message: String(number),
  more: 0,
  lines: 1,
  values: [],
  unparsed: false,
});

/** What is told of a search that found `count` records, all there are. */
export const progressOf = (
  count: number,
  told: Pick<Progress, "search" | "version" | "done" | "changedFrom">,
): Progress => ({
  ...told,
  count,
  scanned: count,
  total: count,
  levels: [],
  sources: [],
  damaged: 0,
  histogram: { start: 0, step: 1, classes: [] },
});
