import { HEALTHS, type Health } from "../model.ts";
import type { SinkSeries } from "../protocol/series.ts";
import type { Column } from "./column.ts";
import { timeAxis } from "./durations.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { HEALTH_LOOKS, lookOf } from "./palette.ts";
import type { Line, Plot } from "./plot.ts";
import { ordered, type View } from "./plots.ts";

/** How the sinks fare over time: what waits for them and for how long, whether they work, and what they took. */
export function sinkPlots(
  { series, sinks, source }: View,
  perSecond: (column: Column) => Column,
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): readonly Plot[] {
  const { times, step } = series;
  const ids = ordered(Object.keys(series.sinks), sinks);
  const lines = (of: keyof SinkSeries, draw = (column: Column) => column): Line[] =>
    ids.map((id, i): Line => {
      const column = series.sinks[id]?.[of] ?? [];
      return { key: `gauge ${id}`, label: id, look: lookOf(i), drawn: draw(column), told: column };
    });
  const base = {
    times,
    step,
    stacked: false,
    empty: t("No sink took part in this range."),
    ...(source !== undefined && { note: t("of all sources") }),
  };
  const names: Record<Health, string> = {
    ok: t("running"),
    paused: t("paused"),
    retrying: t("retrying"),
    open: t("breaker open"),
    failed: t("failed"),
  };
  const healthText = (value: number) => names[HEALTHS[value] ?? "ok"];
  return [
    {
      ...base,
      id: "lag",
      title: t("Sinks behind"),
      unit: t("records"),
      lines: lines("lag"),
      toldUnit: t("records at the end of each row"),
      total: "last",
      drawnText: formats.compact,
      toldText: formats.count,
    },
    {
      ...base,
      id: "late",
      title: t("Sinks late"),
      unit: t("age of the oldest record that waits"),
      lines: lines("late"),
      toldUnit: t("age at the end of each row"),
      total: "last",
      axis: timeAxis(formats, 1),
      drawnText: formats.duration,
      toldText: formats.duration,
    },
    {
      ...base,
      id: "delivered",
      title: t("Delivered"),
      unit: t("records/s"),
      lines: lines("delivered", perSecond),
      toldUnit: t("records"),
      total: "sum",
      drawnText: formats.compact,
      toldText: formats.count,
    },
    {
      ...base,
      id: "health",
      title: t("Health of the sinks"),
      unit: t("the worst of each step"),
      lines: lines("health"),
      states: HEALTHS.map((id) => ({ id, label: names[id], look: HEALTH_LOOKS[id] })),
      toldUnit: t("the worst of each row"),
      total: "max",
      totalName: t("Worst"),
      drawnText: healthText,
      toldText: healthText,
    },
  ];
}
