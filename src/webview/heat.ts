import { fieldOfKey } from "../lib/duration-field.ts";
import type { HeatBand, Series } from "../protocol/engine.ts";
import { type Chosen, choiceOf, durationTerm, durationText } from "./durations.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { lookOf } from "./palette.ts";
import type { HeatRow, Line, Plot } from "./plot.ts";

/** As many cells are told apart on a narrow chart, and read in a table. */
const COLUMNS = 60;
const ROWS = 24;

/** How the values of the duration field chosen spread over time: a line for each row of cells, the lowest first. */
export function heatPlot(
  series: Series,
  chosen: Chosen | undefined,
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): Plot {
  const { heat } = series;
  const ours = chosen && heat?.source === chosen.source && heat.field === chosen.field ? heat : undefined;
  const { times, width, groups } = cellsOf(series);
  const rows = rowsOf(ours?.bands ?? []);
  const scale = chosen?.scale;
  const text = durationText(formats, chosen);
  const ran = groups.map((group) => group.some((i) => (series.spool[i] ?? null) !== null));
  const lines = rows.map((row): Line => {
    const counts = groups.map((group, at) => {
      const count = group.reduce(
        (sum, i) => sum + row.counts.reduce((all, one) => all + (one[i] ?? 0), 0),
        0,
      );
      return count > 0 || ran[at] ? count : null;
    });
    const key = chosen?.field ?? "";
    const query =
      row.high === 0
        ? durationTerm(key, zeroIs(key), 0)
        : `${durationTerm(key, ">", row.low)} AND ${durationTerm(key, "<=", row.high)}`;
    return {
      key: String(row.band),
      label: row.high === 0 ? text(0) : t("{0} to {1}", text(row.low), text(row.high)),
      look: lookOf(0),
      drawn: counts,
      told: counts,
      search: { source: chosen?.source, query },
    };
  });
  return {
    id: "heat",
    title: t("Heat map"),
    unit: t("values in each cell"),
    stacked: false,
    lines,
    times,
    step: width,
    toldUnit: t("values"),
    total: "sum",
    ...(chosen && { choice: choiceOf(chosen, t("Field of the heat map")) }),
    heat: {
      rows: rows.map(({ low, high }): HeatRow => ({ low, high })),
      edgeText: (value) => (scale === undefined ? formats.compact(value) : formats.lapse(value * scale)),
    },
    empty: chosen ? t("Being counted…") : t("No line in this range has a duration, such as request_time."),
    ...(lines.length > 0 && { note: t("One cell covers {0}.", formats.duration(width)) }),
    drawnText: formats.count,
    toldText: formats.count,
  };
}

/** Texts of no time at all are written in several ways. */
const zeroIs = (key: string) => (fieldOfKey(key).texts ? "<=" : "");

/** Steps put together to cells, whose edges do not move with the window. */
function cellsOf({ times, step }: Series): {
  readonly times: readonly number[];
  readonly width: number;
  readonly groups: readonly (readonly number[])[];
} {
  const width = Math.max(1, Math.ceil(times.length / COLUMNS)) * step;
  const cells = new Map<number, number[]>();
  for (const [i, time] of times.entries()) {
    const begin = Math.floor(time / width) * width;
    const cell = cells.get(begin) ?? [];
    cells.set(begin, cell);
    cell.push(i);
  }
  return { times: [...cells.keys()], width, groups: [...cells.values()] };
}

interface Row extends HeatRow {
  readonly band: number;
  /** Of the bands in it. */
  readonly counts: readonly (readonly number[])[];
}

/** Bands as rows without holes, several to a row where they are many; zeros have one of their own. */
function rowsOf(bands: readonly HeatBand[]): readonly Row[] {
  const above = bands.filter(({ high }) => high > 0);
  const zeros = bands.filter(({ high }) => high === 0);
  const bottom: Row[] = zeros.map(({ band, counts }) => ({ band, low: 0, high: 0, counts: [counts] }));
  const [first, last] = [above[0], above.at(-1)];
  if (!first || !last) return bottom;
  const factor = first.high / first.low;
  const size = Math.ceil((last.band - first.band + 1) / ROWS);
  const rows: Row[] = [];
  for (let band = Math.floor(first.band / size) * size; band <= last.band; band += size) {
    rows.push({
      band,
      low: first.low * factor ** (band - first.band),
      high: first.low * factor ** (band + size - first.band),
      counts: above.filter((one) => one.band >= band && one.band < band + size).map(({ counts }) => counts),
    });
  }
  return [...bottom, ...rows];
}
