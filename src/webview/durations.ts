import type { SourceSeries } from "../protocol/engine.ts";
import { type Formats, secondsOf } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { PERCENTILE_LOOKS } from "./palette.ts";
import type { Line, Plot } from "./plot.ts";
import type { View } from "./plots.ts";

const PERCENTILES = ["p50", "p95", "p99"] as const;

/**
 * Percentiles of one duration field of one source: those of several can't be worked out from theirs. The
 * field with the most values is shown until another is chosen.
 */
export function durationPlot(
  { series, duration }: View,
  sources: readonly string[],
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): Plot {
  const fields = sources
    .flatMap((source) =>
      Object.entries((series.sources[source] as SourceSeries).durations).map(([field, columns]) => ({
        value: JSON.stringify([source, field]),
        label: sources.length > 1 ? `${source} · ${field}` : field,
        field,
        columns,
      })),
    )
    .toSorted((a, b) => preference(b) - preference(a));
  const chosen = fields.find(({ value }) => value === duration) ?? fields[0];
  const scale = secondsOf(chosen?.field ?? "");
  const { p50, p95, p99, max } = chosen?.columns.overall ?? {};
  const text = (value: number | undefined) => formats.duration((value ?? 0) * scale);
  const unbroken = (value: number | undefined) => text(value).replaceAll(" ", "\u00a0");
  return {
    id: "durations",
    title: t("Durations"),
    unit: chosen ? chosen.field : t("percentiles"),
    stacked: false,
    lines: PERCENTILES.flatMap((name): Line[] => {
      const column = chosen?.columns[name];
      return column
        ? [{ key: name, label: name, look: PERCENTILE_LOOKS[name], drawn: column, told: column }]
        : [];
    }),
    times: series.times,
    step: series.step,
    toldUnit: t("the highest of each row"),
    total: "max",
    ...(chosen && {
      choice: { label: t("Field"), chosen: chosen.value, options: fields },
      note: t("overall: p50 {0}, p95 {1}, p99 {2}, max {3}", ...[p50, p95, p99, max].map(unbroken)),
    }),
    empty: t("No line in this range has a duration, such as request_time."),
    drawnText: text,
    toldText: text,
  };
}

function preference({ field, columns }: { field: string; columns: { overall: { count: number } } }): number {
  // Every line of an access log has a request time; the upstream's is the part of it that we don't answer for.
  return columns.overall.count + (field === "request_time" ? 0.5 : 0);
}
