import { fieldOfKey, secondsIn } from "../lib/duration-field.ts";
import type { SourceSeries } from "../protocol/engine.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { PERCENTILE_LOOKS } from "./palette.ts";
import type { Choice, Line, Plot } from "./plot.ts";
import type { View } from "./plots.ts";
import { fieldName } from "./search.ts";

const PERCENTILES = ["p50", "p90", "p95", "p99", "max"] as const;

const [MINUTE, HOUR] = [60, 3_600];
/** Seconds that are round: in ten parts below a minute and above some hours, in sixty between. */
const ROUND = [
  ...[-9, -8, -7, -6, -5, -4, -3, -2, -1, 0].flatMap((power) =>
    [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
  ),
  ...[10, 20, 30],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power * HOUR)),
];

/** The duration field that is shown, and those that there are. */
export interface Chosen {
  readonly source: string;
  readonly field: string;
  /** Seconds in one unit of it; undefined where nothing tells its unit: its numbers are told as they are. */
  readonly scale: number | undefined;
  /** Undefined until they were asked for. */
  readonly columns: SourceSeries["durations"][string] | undefined;
  readonly value: string;
  readonly options: Choice["options"];
}

/**
 * One duration field of one source: percentiles of several can't be worked out from theirs. The field with the
 * most values is shown until another is chosen.
 */
export function chosenDuration(
  { series, duration }: Pick<View, "series" | "duration">,
  sources: readonly string[],
): Chosen | undefined {
  const fields = sources
    .flatMap((source) =>
      Object.entries(series.sources[source]?.fields ?? {}).map(([field, count]) => ({
        value: JSON.stringify([source, field]),
        label: sources.length > 1 ? `${source} · ${field}` : field,
        source,
        field,
        count,
      })),
    )
    .toSorted((a, b) => preference(b) - preference(a));
  const chosen = fields.find(({ value }) => value === duration) ?? fields[0];
  if (!chosen) return undefined;
  const columns = series.sources[chosen.source]?.durations[chosen.field];
  return { ...chosen, columns, scale: secondsIn(chosen.field), options: fields };
}

export function choiceOf({ value, options }: Chosen, label: string): Choice {
  return { label, chosen: value, options };
}

/** Percentiles of the duration field over time. */
export function durationPlot(
  { series }: View,
  chosen: Chosen | undefined,
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): Plot {
  const columns = chosen?.columns;
  const overall = columns?.overall;
  const text = (value: number | undefined) => durationText(formats, chosen)(value ?? 0);
  const unbroken = (value: number | undefined) => text(value).replaceAll(" ", "\u00a0");
  const { p50, p90, p95, p99, max } = overall ?? {};
  return {
    id: "durations",
    title: t("Durations"),
    unit: chosen ? chosen.field : t("percentiles"),
    stacked: false,
    lines: PERCENTILES.flatMap((name): Line[] => {
      if (!chosen || !columns) return [];
      const column = columns[name];
      const query = durationTerm(chosen.field, ">=", columns.overall[name]);
      const search = { source: chosen.source, query };
      return [{ key: name, label: name, look: PERCENTILE_LOOKS[name], drawn: column, told: column, search }];
    }),
    times: series.times,
    step: series.step,
    toldUnit: t("the highest of each row"),
    total: "max",
    ...(chosen && { choice: choiceOf(chosen, t("Field")) }),
    ...(overall && {
      note: t(
        "overall: p50 {0}, p90 {1}, p95 {2}, p99 {3}, max {4}",
        ...[p50, p90, p95, p99, max].map(unbroken),
      ),
    }),
    empty: chosen ? t("Being counted…") : t("No line in this range has a duration, such as request_time."),
    ...(chosen?.scale !== undefined && { axis: timeAxis(formats, chosen.scale) }),
    drawnText: text,
    toldText: text,
  };
}

/** The part of a query that compares a duration field. @param value in the unit of its numbers */
export function durationTerm(key: string, comparison: ">" | ">=" | "<=" | "", value: number): string {
  const { field, texts } = fieldOfKey(key);
  return `${fieldName(field)}:${comparison}${texts ? `${Math.round(value * 1e9)}ns` : value}`;
}

/** How values of a duration field are told. */
export function durationText(formats: Formats, chosen: Pick<Chosen, "scale"> | undefined) {
  const { scale } = chosen ?? {};
  return (value: number): string =>
    scale === undefined ? formats.plain(value) : formats.duration(value * scale);
}

/** An axis of times, round in the unit that they are told in. @param scale seconds in one unit of the values */
export function timeAxis(formats: Formats, scale: number): NonNullable<Plot["axis"]> {
  return {
    steps: ROUND.map((seconds) => seconds / scale),
    text: (value) => formats.lapse(value * scale),
  };
}

function preference({ field, count }: { field: string; count: number }): number {
  // Every line of an access log has a request time; the upstream's is the part of it that we don't answer for.
  return count + (field === "request_time" ? 0.5 : 0);
}
