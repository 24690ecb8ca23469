import type { Progress, Row } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { gapFor, secondsBetween } from "./gaps.ts";

/** What stands between lines and is no line: long times without one, and lines that are gone. */
export interface Marks {
  update(progress: Progress): void;
  /** What lies above a line, in words. */
  above(place: number, row: Row, before: Row | undefined): string | undefined;
}

export function createMarks({
  l10n: { t },
  formats,
}: {
  readonly l10n: L10n;
  readonly formats: Formats;
}): Marks {
  let gap = Number.POSITIVE_INFINITY;
  return {
    update({ count, histogram: { step, classes } }) {
      const steps = Math.max(0, ...classes.map(({ length }) => length));
      gap = gapFor(step * steps, count);
    },
    above(_place, row, before) {
      if (!before || row.time - before.time < gap) return undefined;
      return t("{0} later", formats.duration(secondsBetween(before, row)));
    },
  };
}
