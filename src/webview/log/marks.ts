import { byTime } from "../../lib/instant.ts";
import type { Progress, Row } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { gapFor, secondsBetween } from "./gaps.ts";
import { type Filter, narrowing } from "./state.ts";

/** What stands between lines and is no line: long times without one, and lines that are gone. */
export interface Marks {
  update(progress: Progress): void;
  /** What lies above a line, in words. */
  above(place: number, row: Row, before: Row | undefined): string | undefined;
}

export function createMarks({
  l10n: { t },
  formats,
  filter,
  moment,
}: {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly filter: () => Filter;
  /** What "the last minutes" are counted back from, in ms since the epoch. */
  readonly moment: () => number;
}): Marks {
  let gap = Number.POSITIVE_INFINITY;
  let [room, old] = [0, 0];
  /** Time of the first line that the store still has. */
  let begins = Number.NEGATIVE_INFINITY;
  let lost: NonNullable<Progress["drops"]> = [];

  /** Lines given up after one moment, and up to another. */
  const givenUp = (after: number, until: number): string | undefined => {
    const sums = new Map<string, number>();
    for (const { time, sinks } of lost) {
      if (time <= after || time > until) continue;
      for (const [sink, lines] of sinks) sums.set(sink, (sums.get(sink) ?? 0) + lines);
    }
    if (sums.size === 0) return undefined;
    const list = [...sums].map(([sink, lines]) => t("{0} lacks {1}", sink, formats.count(lines))).join(", ");
    return t("Lines were given up here because the spool was full: {0}", list);
  };

  return {
    update({ count, removed = 0, aged = 0, oldest, drops = [], histogram: { step, classes } }) {
      [room, old] = [removed - aged, aged];
      begins = oldest ?? Number.NEGATIVE_INFINITY;
      lost = drops;
      const steps = Math.max(0, ...classes.map(({ length }) => length));
      gap = gapFor(step * steps, count);
    },
    above(place, row, before) {
      const from = place === 0 ? byTime(narrowing(filter(), moment())).since : Number.POSITIVE_INFINITY;
      // Also where what is asked for begins before all that is left.
      const first = from === undefined || from < begins;
      const later = before && row.time - before.time >= gap;
      const since = before?.time ?? (place === 0 ? Number.NEGATIVE_INFINITY : row.time);
      const marks = [
        first && room > 0 && t("{0} older lines of all logs were removed to make room", formats.count(room)),
        first && old > 0 && t("{0} older lines of all logs were removed for their age", formats.count(old)),
        later && t("{0} later", formats.duration(secondsBetween(before, row))),
        givenUp(since, row.time),
      ].filter((mark) => typeof mark === "string");
      return marks.length > 0 ? marks.join(" · ") : undefined;
    },
  };
}
