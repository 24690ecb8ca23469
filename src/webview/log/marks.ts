import type { Progress, Row } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { gapFor, secondsBetween } from "./gaps.ts";
import type { Filter } from "./state.ts";

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
}: {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly filter: () => Filter;
}): Marks {
  let gap = Number.POSITIVE_INFINITY;
  let gone = 0;
  return {
    update({ count, removed = 0, histogram: { step, classes } }) {
      gone = removed;
      const steps = Math.max(0, ...classes.map(({ length }) => length));
      gap = gapFor(step * steps, count);
    },
    above(place, row, before) {
      const { range, cleared } = filter();
      const first = place === 0 && range.kind === "all" && cleared === undefined;
      if (first && gone > 0)
        return t("{0} older lines of all logs were removed to make room", formats.count(gone));
      if (!before || row.time - before.time < gap) return undefined;
      return t("{0} later", formats.duration(secondsBetween(before, row)));
    },
  };
}
