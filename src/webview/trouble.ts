import type { SinkSeries, SourceSeries } from "../protocol/engine.ts";
import { type Column, sumColumns } from "./column.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { TROUBLE_LOOKS } from "./palette.ts";
import type { Line, Plot } from "./plot.ts";
import type { View } from "./plots.ts";
import type { Search } from "./search.ts";

/** Finds lines that no parser understood, and none that has a field of its own called `error`. */
export const UNPARSED = "error:* -fields.error:*";

/** All that goes wrong: in the logs, in reading them, and on the way to the sinks. */
export function troublePlot(
  { series, source }: View,
  sources: readonly SourceSeries[],
  perSecond: (column: Column) => Column,
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): Plot {
  const line = (key: keyof typeof TROUBLE_LOOKS, label: string, told: Column, search?: Search): Line => ({
    key,
    label,
    look: TROUBLE_LOOKS[key],
    drawn: perSecond(told),
    told,
    ...(search && { search }),
  });
  const ofSinks = (name: keyof SinkSeries) =>
    sumColumns(Object.values(series.sinks).map((sink) => sink[name]));
  const lines =
    sources.length === 0
      ? []
      : [
          line("errors", t("error lines"), sumColumns(sources.map(({ errors }) => errors)), {
            source,
            levels: ["error", "fatal"],
          }),
          line("unparsed", t("parse failures"), sumColumns(sources.map(({ unparsed }) => unparsed)), {
            source,
            query: UNPARSED,
          }),
        ];
  if (Object.keys(series.sinks).length > 0) {
    lines.push(
      line("dead", t("dead letters"), ofSinks("dead")),
      line("dropped", t("dropped"), ofSinks("dropped")),
      line("retries", t("writes tried again"), ofSinks("retries")),
    );
  }
  return {
    id: "trouble",
    title: t("Errors"),
    unit: t("a second"),
    stacked: false,
    lines,
    times: series.times,
    step: series.step,
    toldUnit: t("how many"),
    total: "sum",
    empty: t("Nothing was recorded in this range."),
    ...(source !== undefined && { note: t("dead letters, dropped and tried again: of all sources") }),
    drawnText: formats.compact,
    toldText: formats.count,
  };
}
