import { LEVELS } from "../model.ts";
import type { HeatBand, Series, SeriesRequest, SourceSeries } from "../protocol/engine.ts";
import { type GaugeRow, worst } from "./gauges.ts";
import { bandsOf, createSketch, mergeInto, quantileOf, type Sketch } from "./sketch.ts";
import { createTotals, mergeTotals, type Totals } from "./totals.ts";

/** Steps that are kept, finest first, and for how long; all in seconds. */
export const LEVELS_OF_STEPS = [
  { step: 1, keep: 3_600 },
  { step: 10, keep: 12 * 3_600 },
  { step: 60, keep: 30 * 86_400 },
  { step: 600, keep: 30 * 86_400 },
] as const;
/** Steps that a chart may have; each is a multiple of the level it is made from. */
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];

/** The finest step that gives at most `points` and is made from a level that reaches back to `from`. */
export function stepFor({ from, to, points }: SeriesRequest, now: number): { level: number; step: number } {
  const fits = (step: number) => Math.ceil(to / step) - Math.floor(from / step) <= Math.max(1, points);
  const levelOf = (step: number) =>
    LEVELS_OF_STEPS.findLast((level) => step % level.step === 0) ?? LEVELS_OF_STEPS[0];
  for (const step of STEPS) {
    const level = levelOf(step);
    if (fits(step) && (from >= now - level.keep || level.step >= 60)) return { level: level.step, step };
  }
  let step = 86_400;
  while (!fits(step) && step < 86_400 * 4096) step *= 2;
  return { level: 600, step };
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
  heat?: SeriesRequest["heat"],
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
  const sinks = new Map<string, Record<keyof Series["sinks"][string], Column>>();
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
    for (const [id, told] of Object.entries(row.sinks)) {
      const sink = sinks.get(id) ?? {
        lag: empty(),
        late: empty(),
        health: empty(),
        delivered: empty(),
        dead: empty(),
        dropped: empty(),
        retries: empty(),
      };
      sinks.set(id, sink);
      sink.lag[at] = told.lag;
      sink.late[at] = told.late ?? null;
      sink.health[at] = worst(sink.health[at] ?? undefined, told.health) ?? null;
      for (const name of ["delivered", "dead", "dropped", "retries"] as const) {
        sink[name][at] = (sink[name][at] ?? 0) + told[name];
      }
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
    ...(heat && { heat: { ...heat, bands: bandColumns(merged.get(heat.source), heat.field, length) } }),
  };
}

function sourceSeries(steps: ReadonlyMap<number, Totals>, ran: readonly boolean[]): SourceSeries {
  const column = (of: (totals: Totals) => number): Column =>
    ran.map((running, i) => {
      const totals = steps.get(i);
      return totals ? of(totals) : running ? 0 : null;
    });
  const moments = (of: (totals: Totals) => number): Column =>
    ran.map((_, i) => {
      const moment = of(steps.get(i) ?? NOTHING);
      return Number.isFinite(moment) ? moment : null;
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
    first: moments(({ first }) => first),
    last: moments(({ last }) => last),
    bytes: column(({ bytes }) => bytes),
    unparsed: column(({ unparsed }) => unparsed),
    errors: column(({ errors }) => errors),
    levels,
    statuses,
    durations,
  };
}

const NOTHING = createTotals();

/** The heat map of a field: of each band that has any values how many of each step lie in it. */
function bandColumns(
  steps: ReadonlyMap<number, Totals> | undefined,
  field: string,
  length: number,
): HeatBand[] {
  const bands = new Map<number, { band: number; low: number; high: number; counts: number[] }>();
  for (const [at, totals] of steps ?? []) {
    const sketch = totals.durations.get(field);
    for (const { count, ...band } of sketch ? bandsOf(sketch) : []) {
      const found = bands.get(band.band) ?? { ...band, counts: Array<number>(length).fill(0) };
      bands.set(band.band, found);
      found.counts[at] = count;
    }
  }
  return [...bands.values()].sort((a, b) => a.band - b.band);
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
  const whole = (q: number) => quantileOf(overall, q);
  return {
    p50: percentile(0.5),
    p90: percentile(0.9),
    p95: percentile(0.95),
    p99: percentile(0.99),
    max: sketches.map((sketch) => sketch?.max ?? null),
    overall: {
      count: overall.count,
      p50: whole(0.5),
      p90: whole(0.9),
      p95: whole(0.95),
      p99: whole(0.99),
      max: overall.max,
    },
  };
}
