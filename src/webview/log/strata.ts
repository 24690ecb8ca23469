import { LEVELS } from "../../model.ts";
import type { Progress } from "../../protocol/log-view.ts";
import type { L10n } from "../l10n.ts";
import { LEVEL_LOOKS, type Look, REST, STATUS_LOOKS } from "../palette.ts";
import type { Plot } from "../plot.ts";
import { roleOf, toggled } from "./facet-term.ts";
import { type Filter, LEVEL_CHOICES, type LogState } from "./state.ts";

/** By what the hits are told apart. */
export type Split = LogState["split"];

/** One colour of the histogram: its counts step by step. */
export interface Stratum {
  readonly id: string;
  readonly label: string;
  readonly look: Look;
  readonly counts: readonly number[];
}

const STATUSES = ["1xx", "2xx", "3xx", "4xx", "5xx", "none"];

/** What the histogram lays on each other, from the bottom up: without those that have no hit. */
export function strataOf({ classes }: Progress["histogram"], split: Split, { t }: L10n): readonly Stratum[] {
  const names = split === "levels" ? [...LEVELS, "none"] : STATUSES;
  const looks = split === "levels" ? LEVEL_LOOKS : STATUS_LOOKS;
  const first = split === "levels" ? 0 : LEVELS.length + 1;
  const strata = names.map((id, i): Stratum => {
    const counts = classes[first + i] ?? [];
    const none = split === "levels" ? t("no level") : t("no status");
    return { id, label: id === "none" ? none : id, look: looks[id] ?? LEVEL_LOOKS.none ?? REST, counts };
  });
  // What has no class lies below: what matters most is to be seen.
  const [none] = strata.slice(-1);
  return [...(none ? [none] : []), ...strata.slice(0, -1)].filter(({ counts }) =>
    counts.some((count) => count > 0),
  );
}

/** The step of each class at a place, in words. */
export function stepText(
  { lines }: Pick<Plot, "lines">,
  place: number,
  count: (value: number) => string,
): string {
  const there = lines.filter(({ told }) => (told[place] ?? 0) > 0);
  return there.map(({ label, told }) => `${label} ${count(told[place] ?? 0)}`).join(", ");
}

/** What a bar is made of at a height; undefined above it. */
export function stratumAt({ lines }: Pick<Plot, "lines">, place: number, height: number): string | undefined {
  let top = 0;
  for (const { key, drawn } of lines) {
    top += drawn[place] ?? 0;
    if (height >= 0 && height < top) return key;
  }
  return undefined;
}

/** Whether a filter takes nothing but one class. */
export function chosenStratum({ levels, query }: Filter, split: Split, id: string): boolean {
  if (split === "levels") return levels?.length === 1 && levels[0] === id;
  const { term, exclude } = termOf(id);
  return roleOf(query, term) === (exclude ? "excluded" : "included");
}

/** A filter that takes nothing but one class of what it took; one that does already takes all of them again. */
export function withStratum(filter: Filter, split: Split, id: string): Filter {
  if (split === "levels") {
    const alone = chosenStratum(filter, split, id);
    return { ...filter, levels: alone ? undefined : LEVEL_CHOICES.filter((level) => level === id) };
  }
  const { term, exclude } = termOf(id);
  return { ...filter, query: toggled(filter.query, term, exclude) };
}

function termOf(id: string): { readonly term: string; readonly exclude: boolean } {
  if (id === "none") return { term: "status:*", exclude: true };
  return { term: `status:[${id[0]}00 TO ${id[0]}99]`, exclude: false };
}
