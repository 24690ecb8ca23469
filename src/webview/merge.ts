import type { Heat, HeatBand, Series, SourceSeries } from "../protocol/engine.ts";
import type { Column } from "./column.ts";

type Durations = SourceSeries["durations"][string];

/**
 * History with its newest steps replaced by `tail`, and steps before `from` (seconds since the epoch) let
 * go. Undefined when the two don't fit: another step width, or a hole between them.
 */
export function mergeTail(history: Series, tail: Series, from: number): Series | undefined {
  const [begin] = tail.times;
  const last = history.times.at(-1);
  if (begin === undefined || last === undefined || history.step !== tail.step) return undefined;
  const { step } = history;
  if (begin > last + step || begin < (history.times[0] ?? 0) || (begin - last) % step !== 0) return undefined;
  const first = history.times.findIndex((time) => time + step > from);
  const start = first < 0 ? history.times.length : first;
  const end = history.times.findIndex((time) => time >= begin);
  const stop = Math.max(start, end < 0 ? history.times.length : end);

  // A source that a part does not name had no lines where the engine ran, and nothing known where not.
  const ran = { history: history.spool.map(zeroIfKnown), tail: tail.spool.map(zeroIfKnown) };
  const unknown = { history: history.times.map(() => null), tail: tail.times.map(() => null) };
  const none = { history: history.times.map(() => 0), tail: tail.times.map(() => 0) };
  const join = <T>(old: readonly T[] | undefined, fresh: readonly T[] | undefined, fill: Fill<T>): T[] => [
    ...(old ?? fill.history).slice(start, stop),
    ...(fresh ?? fill.tail),
  ];
  const column = (old: Column | undefined, fresh: Column | undefined) => join(old, fresh, ran);
  const gauge = (old: Column | undefined, fresh: Column | undefined) =>
    join<number | null>(old, fresh, unknown);

  const durations = (old: Durations | undefined, fresh: Durations | undefined): Durations | undefined => {
    // Percentiles of the whole range don't follow from those of its parts: they are of the last full answer.
    const overall = old?.overall ?? fresh?.overall;
    return (
      overall && {
        p50: gauge(old?.p50, fresh?.p50),
        p90: gauge(old?.p90, fresh?.p90),
        p95: gauge(old?.p95, fresh?.p95),
        p99: gauge(old?.p99, fresh?.p99),
        max: gauge(old?.max, fresh?.max),
        overall,
      }
    );
  };
  const source = (old: SourceSeries | undefined, fresh: SourceSeries | undefined): SourceSeries => ({
    lines: column(old?.lines, fresh?.lines),
    first: gauge(old?.first, fresh?.first),
    last: gauge(old?.last, fresh?.last),
    bytes: column(old?.bytes, fresh?.bytes),
    unparsed: column(old?.unparsed, fresh?.unparsed),
    errors: column(old?.errors, fresh?.errors),
    levels: both(old?.levels, fresh?.levels, (a, b) => join(a, b, none)),
    statuses: both(old?.statuses, fresh?.statuses, (a, b) => join(a, b, none)),
    fields: { ...fresh?.fields, ...old?.fields },
    durations: both(old?.durations, fresh?.durations, durations),
  });
  const heat = tail.heat && heatOf(history.heat, tail.heat, (old, fresh) => join(old, fresh, none));
  return {
    times: [...history.times.slice(start, stop), ...tail.times],
    step,
    sources: both(history.sources, tail.sources, source),
    channels: both(history.channels, tail.channels, gauge),
    spool: gauge(history.spool, tail.spool),
    sinks: both(history.sinks, tail.sinks, (old, fresh) => ({
      lag: gauge(old?.lag, fresh?.lag),
      late: gauge(old?.late, fresh?.late),
      health: gauge(old?.health, fresh?.health),
      delivered: gauge(old?.delivered, fresh?.delivered),
      dead: gauge(old?.dead, fresh?.dead),
      dropped: gauge(old?.dropped, fresh?.dropped),
      retries: gauge(old?.retries, fresh?.retries),
    })),
    ...(heat && { heat }),
  };
}

/** Both heat maps as one; undefined when they are of different fields, as while another is fetched. */
function heatOf(
  old: Heat | undefined,
  fresh: Heat,
  join: (old: readonly number[] | undefined, fresh: readonly number[] | undefined) => number[],
): Heat | undefined {
  if (old?.source !== fresh.source || old.field !== fresh.field) return undefined;
  const of = (bands: readonly HeatBand[]) => new Map(bands.map((band) => [band.band, band]));
  const [before, after] = [of(old.bands), of(fresh.bands)];
  const bands = [...new Map([...before, ...after]).values()].map(
    (band): HeatBand => ({
      ...band,
      counts: join(before.get(band.band)?.counts, after.get(band.band)?.counts),
    }),
  );
  return { ...fresh, bands: bands.toSorted((a, b) => a.band - b.band) };
}

interface Fill<T> {
  readonly history: readonly T[];
  readonly tail: readonly T[];
}

function both<T, R>(
  old: Readonly<Record<string, T>> | undefined,
  fresh: Readonly<Record<string, T>> | undefined,
  join: (old: T | undefined, fresh: T | undefined) => R | undefined,
): Record<string, R> {
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(fresh ?? {})]);
  const joined = [...names].flatMap((name): [string, R][] => {
    const value = join(own(old, name), own(fresh, name));
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(joined);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}

function zeroIfKnown(value: number | null): number | null {
  return value === null ? null : 0;
}
