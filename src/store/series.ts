import { LEVELS } from "../model.ts";
import type { Series, SeriesRequest, SourceSeries } from "../protocol/engine.ts";
import type { GaugeRow } from "./gauges.ts";
import { createSketch, mergeInto, quantileOf, type Sketch } from "./sketch.ts";
import { createTotals, mergeTotals, type Totals } from "./totals.ts";

/** Steps that are kept, finest first, and for how long; all in seconds. */
export const LEVELS_OF_STEPS = [
  { step: 1, keep: 3_600 },
  { step: 10, keep: 12 * 3_600 },
  { step: 60, keep: 30 * 86_400 },
] as const;
/** Steps that a chart may have; each is a multiple of the level it is made from. */
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];

/** The finest step that gives at most `points` and is made from a level that reaches back to `from`. */
export function stepFor({ from, to, points }: SeriesRequest, now: number): { level: number; step: number } {
  const fits = (step: number) => Math.ceil(to / step) - Math.floor(from / step) <= Math.max(1, points);
  const levelOf = (step: number) =>
    LEVELS_OF_STEPS.findLast((level) => step % level.step === 0) ?? LEVELS_OF_STEPS[0];
  for (const step of STEPS) {
    const level = levelOf(step);
    if (fits(step) && (from >= now - level.keep || level.step === 60)) return { level: level.step, step };
  }
  let step = 86_400;
  while (!fits(step) && step < 86_400 * 4096) step *= 2;
  return { level: 60, step };
}

export interface TotalsRow {
  readonly time: number;
  readonly source: string;
  readonly totals: Totals;
}
interface Steps {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}
type Column = (number | null)[];

/** Columns of figures from rows of any finer step. `from` and `to` are multiples of `step`, in seconds. */
export function buildSeries(
  { from, to, step }: Steps,
  rows: readonly TotalsRow[],
  gauges: readonly { readonly time: number; readonly row: GaugeRow }[],
): Series {
  const length = Math.max(0, (to - from) / step);
  const placeOf = (time: number) => Math.floor((time - from) / step);
  const empty = (): Column => Array<number | null>(length).fill(null);

  const merged = new Map<string, Map<number, Totals>>();
  const sums = new Set<Totals>();
  for (const { time, source, totals } of rows) {
    const steps = merged.get(source) ?? new Map<number, Totals>();
    merged.set(source, steps);
    const place = placeOf(time);
    const found = steps.get(place);
    if (!found) {
      steps.set(place, totals);
      continue;
    }
    let sum = found;
    // The only row of a step is used as it is; rows are not ours to change.
    if (!sums.has(sum)) {
      sum = createTotals();
      mergeTotals(sum, found);
      sums.add(sum);
      steps.set(place, sum);
    }
    mergeTotals(sum, totals);
  }

  const channels: Record<string, Column> = {};
  const spool = empty();
  const sinks = new Map<string, { lag: Column; delivered: Column }>();
  /** Steps in which the engine ran: a source that is silent then had no lines, rather than none known. */
  const ran = Array<boolean>(length).fill(false);
  for (const { time, row } of gauges) {
    const at = placeOf(time);
    ran[at] = true;
    spool[at] = row.spool;
    for (const [name, depth] of Object.entries(row.channels)) {
      channels[name] ??= empty();
      channels[name][at] = depth;
    }
    for (const [id, { lag, delivered }] of Object.entries(row.sinks)) {
      const sink = sinks.get(id) ?? { lag: empty(), delivered: empty() };
      sinks.set(id, sink);
      sink.lag[at] = lag;
      sink.delivered[at] = (sink.delivered[at] ?? 0) + delivered;
    }
  }

  return {
    times: Array.from({ length }, (_, i) => from + i * step),
    step,
    // A name like __proto__ would be lost by an assignment.
    sources: Object.fromEntries([...merged].map(([source, steps]) => [source, sourceSeries(steps, ran)])),
    channels,
    spool,
    sinks: Object.fromEntries(sinks),
  };
}

function sourceSeries(steps: ReadonlyMap<number, Totals>, ran: readonly boolean[]): SourceSeries {
  const column = (of: (totals: Totals) => number): Column =>
    ran.map((running, i) => {
      const totals = steps.get(i);
      return totals ? of(totals) : running ? 0 : null;
    });
  const counts = (of: (totals: Totals) => number): number[] | undefined => {
    const column = ran.map((_, i) => {
      const totals = steps.get(i);
      return totals ? of(totals) : 0;
    });
    return column.some((count) => count > 0) ? column : undefined;
  };

  const levels: Record<string, number[]> = {};
  for (const [i, level] of LEVELS.entries()) {
    const found = counts((totals) => totals.levels[i] ?? 0);
    if (found) levels[level] = found;
  }
  const statuses: Record<string, number[]> = {};
  for (const kind of [1, 2, 3, 4, 5]) {
    const found = counts((totals) => totals.statuses[kind] ?? 0);
    if (found) statuses[`${kind}xx`] = found;
  }
  const fields = new Set<string>();
  for (const { durations } of steps.values()) for (const field of durations.keys()) fields.add(field);
  const durations: Record<string, SourceSeries["durations"][string]> = {};
  for (const field of fields) {
    const series = durationSeries(steps, field, ran.length);
    if (series) durations[field] = series;
  }
  return {
    lines: column(({ lines }) => lines),
    bytes: column(({ bytes }) => bytes),
    unparsed: column(({ unparsed }) => unparsed),
    errors: column(({ errors }) => errors),
    levels,
    statuses,
    durations,
  };
}

function durationSeries(
  steps: ReadonlyMap<number, Totals>,
  field: string,
  length: number,
): SourceSeries["durations"][string] | undefined {
  const overall = createSketch();
  const sketches: (Sketch | undefined)[] = Array(length).fill(undefined);
  for (const [at, totals] of steps) {
    const sketch = totals.durations.get(field);
    if (!sketch || sketch.count === 0) continue;
    sketches[at] = sketch;
    mergeInto(overall, sketch);
  }
  if (overall.count === 0) return undefined;
  const percentile = (q: number) => sketches.map((sketch) => (sketch ? quantileOf(sketch, q) : null));
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantileOf(overall, q)) as [number, number, number];
  return {
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    overall: { count: overall.count, p50, p95, p99, max: overall.max },
  };
}
