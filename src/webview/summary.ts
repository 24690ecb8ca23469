import { lastOf } from "./column.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import type { Plot } from "./plot.ts";

/** What a chart says to those who don't see it: of each line its value now, and its highest and when. */
export function summaryOf(plot: Plot, { l10n, formats }: { l10n: L10n; formats: Formats }): string {
  const { t } = l10n;
  const lines = plot.lines.flatMap(({ label, drawn }) => {
    const now = lastOf(drawn);
    if (now === null) return [];
    let top = -1;
    for (const [i, value] of drawn.entries()) {
      if (value !== null && (top < 0 || value > (drawn[top] ?? 0))) top = i;
    }
    const highest = plot.drawnText(drawn[top] ?? 0);
    const at = formats.clock(plot.times[top] ?? 0, plot.step);
    return [t("{0}: now {1}, highest {2} at {3}", label, plot.drawnText(now), highest, at)];
  });
  return `${plot.title}, ${plot.unit}. ${lines.join(". ")}`;
}

/** One step in words. */
export function stepText(plot: Plot, place: number, { clock }: Formats): string {
  const values = plot.lines.map(({ label, drawn }) => {
    const value = drawn[place] ?? null;
    return `${label} ${value === null ? "–" : plot.drawnText(value)}`;
  });
  return `${clock(plot.times[place] ?? 0, plot.step)}: ${values.join(", ")}`;
}
