import type { Series } from "../protocol/series.ts";
import type { L10n } from "./l10n.ts";
import type { Row } from "./rows.ts";

/** What a sparkline shows: so many seconds, in so many columns. */
const SPAN = 600;
const COLUMNS = 30;
const BLOCKS = "▁▂▃▄▅▆▇█";

/** What is to be asked for, so that each column is whole: what is of the last seconds is not yet. */
export function span(now: number): { readonly from: number; readonly to: number; readonly points: number } {
  const to = Math.floor(now / 10_000) * 10;
  return { from: to - SPAN, to, points: SPAN / 10 };
}

/**
 * Lines (of a sink: records delivered) a second over the last minutes: as a picture made of characters, which is of
 * the colour of text in every theme, and in words.
 */
export function sparkline(
  series: Pick<Series, "times" | "step" | "sources" | "sinks">,
  chart: NonNullable<Row["chart"]>,
  from: number,
  l10n: L10n,
): { readonly picture: string; readonly words: string } {
  const lists =
    "sink" in chart
      ? [series.sinks[chart.sink]?.delivered ?? []]
      : chart.sources.map((source) => series.sources[source]?.lines ?? []);
  const width = SPAN / COLUMNS;
  const sums = Array.from({ length: COLUMNS }, () => 0);
  for (const [at, time] of series.times.entries()) {
    const column = Math.floor((time - from) / width);
    if (!(column in sums)) continue;
    for (const list of lists) sums[column] = (sums[column] ?? 0) + (list[at] ?? 0);
  }
  const rates = sums.map((sum) => sum / width);
  const most = Math.max(...rates);
  const picture = rates.map((rate) => BLOCKS[rate > 0 ? 1 + Math.round((6 * rate) / most) : 0]).join("");
  const average = rates.reduce((total, rate) => total + rate, 0) / COLUMNS;
  const figures = [rates.at(-1) ?? 0, average, most].map(l10n.compact);
  const words =
    "sink" in chart
      ? l10n.t("{0} records/s, {1} on average, {2} at most", ...figures)
      : l10n.t("{0} lines/s, {1} on average, {2} at most", ...figures);
  return { picture, words };
}
