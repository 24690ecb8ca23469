import { LEVELS } from "../model.ts";
import type { HeatBand, Series, SeriesRequest, SourceSeries } from "../protocol/engine.ts";
import { type GaugeRow, worst } from "./gauges.ts";
import { bandsOf, createSketch, mergeInto, quantileOf, type Sketch } from "./sketch.ts";
import { createTotals, mergeEncoded, mergeTotals, type Totals } from "./totals.ts";

/** Steps that are kept, finest first, and for how long; all in seconds. */
export const LEVELS_OF_STEPS = [
  { step: 1, keep: 3_600 },
  { step: 10, keep: 12 * 3_600 },
  { step: 60, keep: 30 * 86_400 },
  { step: 600, keep: 30 * 86_400 },
  { step: 7_200, keep: 30 * 86_400 },
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
  return { level: 7_200, step };
}

export interface TotalsRow {
  readonly time: number;
  readonly source: string;
  /** As bytes where they come from the table. */
  readonly totals: Totals | Uint8Array;
}
interface Steps {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}
type Column = (number | null)[];
type Wanted = (field: string) => boolean;

/** Columns of figures from rows of any finer step. `from` and `to` are multiples of `step`, in seconds. */
export function buildSeries(
  { from, to, step }: Steps,
  rows: Iterable<TotalsRow>,
  gauges: Iterable<{ readonly time: number; readonly row: GaugeRow }>,
  { heat, brief = false }: Pick<SeriesRequest, "heat" | "brief"> = {},
): Series {
  const wantedOf = (source: string) => (field: string) =>
    !brief || (heat?.source === source && heat.field === field);
  const length = Math.max(0, (to - from) / step);
  const placeOf = (time: number) => Math.floor((time - from) / step);
  const empty = (): Column => Array<number | null>(length).fill(null);

  const merged = new Map<string, { readonly steps: Map<number, Totals>; readonly wanted: Wanted }>();
  for (const { time, source, totals } of rows) {
    let own = merged.get(source);
    if (!own) {
      own = { steps: new Map(), wanted: wantedOf(source) };
      merged.set(source, own);
    }
    const place = placeOf(time);
    let sum = own.steps.get(place);
    if (!sum) {
      sum = createTotals();
      own.steps.set(place, sum);
    }
    if (totals instanceof Uint8Array) mergeEncoded(sum, totals, own.wanted);
    else mergeTotals(sum, totals);
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
    sources: Object.fromEntries(
      [...merged].map(([source, { steps, wanted }]) => [source, sourceSeries(steps, ran, wanted)]),
    ),
    channels,
    spool,
    sinks: Object.fromEntries(sinks),
    ...(heat && {
      heat: { ...heat, bands: bandColumns(merged.get(heat.source)?.steps, heat.field, length) },
    }),
  };
}

function sourceSeries(
  steps: ReadonlyMap<number, Totals>,
  ran: readonly boolean[],
  wanted: Wanted,
): SourceSeries {
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
  const fields = new Map<string, number>();
  for (const { durations } of steps.values()) {
    for (const [field, { count }] of durations)
      if (count > 0) fields.set(field, (fields.get(field) ?? 0) + count);
  }
  const durations = [...fields.keys()]
    .filter(wanted)
    .map((field) => [field, durationSeries(steps, field, ran.length)] as const);
  return {
    lines: column(({ lines }) => lines),
    first: moments(({ first }) => first),
    last: moments(({ last }) => last),
    bytes: column(({ bytes }) => bytes),
    unparsed: column(({ unparsed }) => unparsed),
    errors: column(({ errors }) => errors),
    levels,
    statuses,
    fields: Object.fromEntries(fields),
    durations: Object.fromEntries(durations),
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
): SourceSeries["durations"][string] {
  const overall = createSketch();
  const sketches: (Sketch | undefined)[] = Array(length).fill(undefined);
  for (const [at, totals] of steps) {
    const sketch = totals.durations.get(field);
    if (!sketch || sketch.count === 0) continue;
    sketches[at] = sketch;
    mergeInto(overall, sketch);
  }
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
