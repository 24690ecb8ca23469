import type { Series, SourceSeries } from "../../src/protocol/engine.ts";

/** Columns of a source that say nothing but what is given. */
export function sourceSeries(figures: Partial<SourceSeries> & Pick<SourceSeries, "lines">): SourceSeries {
  const zero = figures.lines.map((known) => known && 0);
  const none = figures.lines.map(() => null);
  return {
    first: none,
    last: none,
    bytes: zero,
    unparsed: zero,
    errors: zero,
    levels: {},
    statuses: {},
    fields: {},
    durations: {},
    ...figures,
  };
}

/** A series of steps of `step` seconds from `from` on. */
export function seriesOf(
  sources: Series["sources"],
  { from = 1_700_000_000, step = 1, ...rest }: Partial<Series> & { from?: number } = {},
): Series {
  const length = Math.max(0, ...Object.values(sources).map(({ lines }) => lines.length));
  return {
    times: Array.from({ length }, (_, i) => from + i * step),
    step,
    sources,
    channels: {},
    spool: Array.from({ length }, () => 0),
    sinks: {},
    ...rest,
  };
}
