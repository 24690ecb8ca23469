import { LEVELS } from "../../model.ts";
import type { Progress } from "../../protocol/log-view.ts";
import type { L10n } from "../l10n.ts";
import { LEVEL_LOOKS, type Look, REST, STATUS_LOOKS } from "../palette.ts";

/** One colour of the histogram: its counts step by step. */
export interface Stratum {
  readonly id: string;
  readonly label: string;
  readonly look: Look;
  readonly counts: readonly number[];
  readonly sum: number;
}

const STATUSES = ["1xx", "2xx", "3xx", "4xx", "5xx", "none"];

/** What the histogram lays on each other, from the bottom up: without those that have no hit. */
export function strataOf(
  { classes }: Progress["histogram"],
  split: "levels" | "statuses",
  { t }: L10n,
): readonly Stratum[] {
  const names = split === "levels" ? [...LEVELS, "none"] : STATUSES;
  const looks = split === "levels" ? LEVEL_LOOKS : STATUS_LOOKS;
  const first = split === "levels" ? 0 : LEVELS.length + 1;
  const strata = names.map((id, i): Stratum => {
    const counts = classes[first + i] ?? [];
    const none = split === "levels" ? t("no level") : t("no status");
    const sum = counts.reduce((total, count) => total + count, 0);
    return { id, label: id === "none" ? none : id, look: looks[id] ?? LEVEL_LOOKS.none ?? REST, counts, sum };
  });
  // What has no class lies below: what matters most is to be seen.
  const [none] = strata.slice(-1);
  return [...(none ? [none] : []), ...strata.slice(0, -1)].filter(({ sum }) => sum > 0);
}

/** The step of each class at a place, in words. */
export function stepText(
  strata: readonly Stratum[],
  place: number,
  count: (value: number) => string,
): string {
  const there = strata.filter(({ counts }) => (counts[place] ?? 0) > 0);
  return there.map(({ label, counts }) => `${label} ${count(counts[place] ?? 0)}`).join(", ");
}
