import { lastOf, totalOf } from "./column.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import type { Plot } from "./plot.ts";

export interface Texts {
  readonly l10n: L10n;
  readonly formats: Formats;
}

/** What a chart is of. */
export function nameOf({ title, unit, heat, choice }: Plot): string {
  const field = choice?.options.find(({ value }) => value === choice.chosen)?.label;
  return `${title}, ${(heat && field) ?? unit}`;
}

/** What a chart says to those who don't see it: of each line its value now, and its highest and when. */
export function summaryOf(plot: Plot, texts: Texts): string {
  const { t } = texts.l10n;
  if (plot.heat) return heatSummary(plot, texts);
  const lines = plot.lines.flatMap(({ label, drawn }) => {
    const now = lastOf(drawn);
    if (now === null) return [];
    let top = -1;
    for (const [i, value] of drawn.entries()) {
      if (value !== null && (top < 0 || value > (drawn[top] ?? 0))) top = i;
    }
    const highest = plot.drawnText(drawn[top] ?? 0);
    const at = texts.formats.clock(plot.times[top] ?? 0, plot.step);
    const told = [label, plot.drawnText(now), highest, at];
    return [
      plot.states
        ? t("{0}: now {1}, at worst {2} at {3}", ...told)
        : t("{0}: now {1}, highest {2} at {3}", ...told),
    ];
  });
  return lines.join(". ");
}

/** How many values there are, where most of them lie, and the highest. */
function heatSummary(plot: Plot, { l10n: { t }, formats }: Texts): string {
  const sums = plot.lines.map(({ label, drawn }) => ({ label, sum: totalOf(drawn, "sum") ?? 0 }));
  const all = sums.reduce((total, { sum }) => total + sum, 0);
  const most = sums.reduce((top, one) => (one.sum > (top?.sum ?? 0) ? one : top), sums[0]);
  const highest = sums.findLast(({ sum }) => sum > 0);
  return t(
    "{0} values; most of them, {1}, are {2}; the highest are {3}",
    formats.count(all),
    formats.count(most?.sum ?? 0),
    most?.label ?? "–",
    highest?.label ?? "–",
  );
}

/** One step in words; of a heat map the cell of a row, or where most of the step's values are. */
export function stepText(plot: Plot, place: number, row: number, texts: Texts): string {
  if (plot.heat) return cellText(plot, place, row, texts);
  const values = plot.lines.map(({ label, drawn }) => {
    const value = drawn[place] ?? null;
    return `${label} ${value === null ? "–" : plot.drawnText(value)}`;
  });
  return `${texts.formats.clock(plot.times[place] ?? 0, plot.step)}: ${values.join(", ")}`;
}

/** One cell of a heat map in words; with a negative row the one of its column with the most values. */
export function cellText(plot: Plot, place: number, row: number, { l10n: { t }, formats }: Texts): string {
  const column = plot.lines.map(({ drawn }) => drawn[place] ?? 0);
  const all = column.reduce((sum, count) => sum + count, 0);
  const at = row >= 0 ? row : column.indexOf(Math.max(0, ...column));
  const clock = formats.clock(plot.times[place] ?? 0, plot.step);
  const label = plot.lines[at]?.label ?? "–";
  return t("{0}: {1} of {2} are {3}", clock, formats.count(column[at] ?? 0), formats.count(all), label);
}
