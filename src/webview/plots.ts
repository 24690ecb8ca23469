import { LEVELS } from "../model.ts";
import type { Series, SourceSeries } from "../protocol/engine.ts";
import { type Column, sumColumns } from "./column.ts";
import { chosenDuration, durationPlot } from "./durations.ts";
import type { Formats } from "./formats.ts";
import { heatPlot } from "./heat.ts";
import type { L10n } from "./l10n.ts";
import { apart, DISTINCT, LEVEL_LOOKS, type Look, lookOf, REST, STATUS_LOOKS } from "./palette.ts";
import type { Line, Plot } from "./plot.ts";
import type { Search } from "./search.ts";
import { sinkPlots } from "./sink-plots.ts";
import { troublePlot, UNPARSED } from "./trouble.ts";

/** What is to be shown of a series. */
export interface View {
  readonly series: Series;
  /** When the series was asked for, in seconds since the epoch: the last step may not be over by then. */
  readonly at: number;
  /** The only source wanted; undefined: all. */
  readonly source: string | undefined;
  /** Sources and sinks in the order of the configuration, which their colours follow. */
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
  /** The duration field chosen, as its chart offers it. */
  readonly duration: string | undefined;
}

type Texts = { readonly l10n: L10n; readonly formats: Formats };

/** All charts of the dashboard, in the order of the page. */
export function plotsOf(view: View, texts: Texts): readonly Plot[] {
  const { series, source } = view;
  const { l10n, formats } = texts;
  const { t } = l10n;
  const sources = ordered(Object.keys(series.sources), view.sources).filter(
    (id) => source === undefined || id === source,
  );
  const places = placesOf(Object.keys(series.sources), view.sources);
  const { times, step } = series;
  const base = { times, step, stacked: false, total: "sum" as const, toldText: formats.count };
  const noLines = t("No line in this range.");
  const perSecond = (column: Column) => rates(column, series, view.at);
  const all = sources.map((id) => series.sources[id] as SourceSeries);

  /** A line for each source; the least of too many become one. */
  const bySource = (
    of: (source: SourceSeries) => Column,
    draw: (column: Column) => Column,
    query?: string,
  ): Line[] => {
    const columns = sources.map((id, i) => ({ id, column: of(all[i] as SourceSeries) }));
    const weight = ({ column }: { column: Column }) => column.reduce<number>((sum, v) => sum + (v ?? 0), 0);
    const few = columns.length <= DISTINCT;
    const most = few ? columns : columns.toSorted((a, b) => weight(b) - weight(a)).slice(0, DISTINCT - 1);
    const shown = columns.filter((column) => most.includes(column));
    const looks = apart(shown.map(({ id }) => places.get(id) ?? 0));
    const lines = shown.map(
      ({ id, column }, i): Line => ({
        key: `source ${id}`,
        label: id,
        look: looks[i] ?? REST,
        drawn: draw(column),
        told: column,
        search: { source: id, ...(query !== undefined && { query }) },
      }),
    );
    if (few) return lines;
    const rest = columns.filter((column) => !most.includes(column));
    const sum = sumColumns(rest.map(({ column }) => column));
    const label = t("{0} others", rest.length);
    return [...lines, { key: "rest", label, look: REST, drawn: draw(sum), told: sum }];
  };

  const mix = (
    kind: "levels" | "statuses",
    names: readonly string[],
    looks: Readonly<Record<string, Look>>,
    searchOf: (name: string) => Search,
  ): Line[] =>
    names.flatMap((name): Line[] => {
      if (!all.some((source) => source[kind][name])) return [];
      // Zero where the engine ran, a gap where it did not.
      const sum = sumColumns(
        all.map(({ lines, [kind]: counts }) => lines.map((known, i) => known && (counts[name]?.[i] ?? 0))),
      );
      const search = { source, ...searchOf(name) };
      return [
        { key: name, label: name, look: looks[name] ?? REST, drawn: perSecond(sum), told: sum, search },
      ];
    });

  const levels = mix("levels", LEVELS, LEVEL_LOOKS, (name) => ({
    levels: LEVELS.filter((level) => level === name),
  }));
  const without = withoutLevel(all);
  if (without && levels.length > 0) {
    const [label, look] = [t("no level"), LEVEL_LOOKS.none ?? REST];
    levels.unshift({
      key: "none",
      label,
      look,
      drawn: perSecond(without),
      told: without,
      search: { source, levels: ["none"] },
    });
  }

  const gauges = (
    record: Readonly<Record<string, Column>>,
    order: readonly string[],
    names: NameOf,
  ): Line[] =>
    ordered(Object.keys(record), order).map((name, i): Line => {
      const column = record[name] ?? [];
      return { key: `gauge ${name}`, label: names(name), look: lookOf(i), drawn: column, told: column };
    });
  const duration = chosenDuration(view, sources);
  const whole = source === undefined ? {} : { note: t("of all sources") };

  return [
    {
      ...base,
      id: "lines",
      title: t("Lines"),
      unit: t("lines/s"),
      lines: bySource(({ lines }) => lines, perSecond),
      toldUnit: t("lines"),
      empty: noLines,
      drawnText: formats.compact,
    },
    {
      ...base,
      id: "bytes",
      title: t("Bytes"),
      unit: t("bytes/s"),
      lines: bySource(({ bytes }) => bytes, perSecond),
      toldUnit: t("bytes"),
      empty: noLines,
      binary: true,
      drawnText: formats.bytes,
    },
    {
      ...base,
      id: "levels",
      title: t("Levels"),
      unit: t("lines/s, stacked"),
      stacked: true,
      lines: levels,
      toldUnit: t("lines"),
      empty: t("No line in this range has a level."),
      drawnText: formats.compact,
    },
    {
      ...base,
      id: "statuses",
      title: t("Statuses"),
      unit: t("lines/s, stacked"),
      stacked: true,
      lines: mix("statuses", Object.keys(STATUS_LOOKS), STATUS_LOOKS, (name) => ({
        query: `status:[${name[0]}00 TO ${name[0]}99]`,
      })),
      toldUnit: t("lines"),
      empty: t("No line in this range has an HTTP status."),
      drawnText: formats.compact,
    },
    durationPlot(view, duration, texts),
    heatPlot(series, duration, texts),
    troublePlot(view, all, perSecond, texts),
    {
      ...base,
      id: "unparsed",
      title: t("Parse errors"),
      unit: t("lines/s, stacked"),
      stacked: true,
      lines: bySource(({ unparsed }) => unparsed, perSecond, UNPARSED),
      toldUnit: t("lines"),
      empty: noLines,
      drawnText: formats.compact,
    },
    {
      ...base,
      id: "channels",
      title: t("Channels"),
      unit: t("records waiting"),
      lines: gauges(series.channels, ["read", "write"], (name) => channelName(name, l10n)),
      toldUnit: t("records at the end of each row"),
      total: "last",
      empty: t("Nothing was recorded in this range."),
      ...whole,
      drawnText: formats.compact,
    },
    {
      ...base,
      id: "spool",
      title: t("Spool"),
      unit: t("bytes on disk"),
      lines: times.length > 0 ? gauges({ spool: series.spool }, [], () => t("spool")) : [],
      toldUnit: t("bytes at the end of each row"),
      total: "last",
      empty: t("Nothing was recorded in this range."),
      ...whole,
      binary: true,
      drawnText: formats.bytes,
    },
    ...sinkPlots(view, perSecond, texts),
  ];
}

type NameOf = (name: string) => string;

function channelName(name: string, { t }: L10n): string {
  if (name === "read") return t("read");
  return name === "write" ? t("write") : name;
}

/** Counts of steps as rates per second; of the last step so much as is over. */
function rates(column: Column, { times, step }: Series, at: number): Column {
  return column.map((count, i) => {
    if (count === null) return null;
    const begin = times[i] ?? at;
    return count / Math.max(1, Math.min(step, at - begin));
  });
}

/** Lines whose records name no level; undefined when all do. */
function withoutLevel(sources: readonly SourceSeries[]): Column | undefined {
  const lines = sumColumns(sources.map((source) => source.lines));
  const named = sumColumns(sources.flatMap((source) => Object.values(source.levels)));
  const rest = lines.map((count, i) => count && Math.max(0, count - (named[i] ?? 0)));
  return rest.some((count) => (count ?? 0) > 0) ? rest : undefined;
}

/** Names in the order given; those it lacks come after, by name. */
export function ordered(names: readonly string[], order: readonly string[]): readonly string[] {
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return names.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** A place for each, which a filter does not change. */
function placesOf(names: readonly string[], order: readonly string[]): ReadonlyMap<string, number> {
  const all = [...order, ...ordered(names, order).filter((name) => !order.includes(name))];
  return new Map(all.map((name, i) => [name, i]));
}
