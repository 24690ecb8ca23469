import { csvLine } from "../lib/csv.ts";
import type { Plot } from "./plot.ts";

/** How many lines of a time have each of the values that a list shows. */
export interface ValueCounts {
  readonly title: string;
  readonly values: readonly { readonly text: string; readonly count: number }[];
  /** What a count is of. */
  readonly unit: string;
  /** In ms since the epoch. */
  readonly since: number;
  readonly until: number;
}

const HEAD = ["time", "chart", "line", "value", "unit", "step_seconds"];

/**
 * The numbers of charts as one table (RFC 4180): a row for each step and line, in plain numbers whatever the
 * language; after them one for each value of the lists, whose only step is as long as the time they are counted in.
 * Times are in UTC; `unit` says what the value of a step is.
 */
export function csvOf(plots: readonly Plot[], lists: readonly ValueCounts[] = []): string {
  return [HEAD, ...plots.flatMap(rowsOf), ...lists.flatMap(rowsOfList)].map(csvLine).join("");
}

function rowsOf({ title, times, step, lines, unit, toldUnit, total, states }: Plot): unknown[][] {
  const told = total === "sum" ? toldUnit : unit;
  return lines.flatMap(({ label, told: values }) =>
    times.flatMap((time, i) => {
      const value = values[i] ?? null;
      if (value === null) return [];
      return [[isoOf(time * 1000), title, label, states?.[value]?.id ?? value, told, step]];
    }),
  );
}

function rowsOfList({ title, values, unit, since, until }: ValueCounts): unknown[][] {
  const step = Math.round((until - since) / 1000);
  return values.map(({ text, count }) => [isoOf(since), title, text, count, unit, step]);
}

const isoOf = (time: number): string => new Date(time).toISOString();
