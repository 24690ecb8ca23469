import type { NamedQuery, SavedQuery } from "../../protocol/saved-queries.ts";
import { type Filter, LEVEL_CHOICES, type Range } from "./state.ts";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
type SavedRange = Extract<SavedQuery, object>["range"];

/** A saved search as the view has it. */
export function filterOf(saved: SavedQuery): Filter {
  const { query = "", levels, sources, range } = typeof saved === "string" ? { query: saved } : saved;
  const chosen = levels && LEVEL_CHOICES.filter((level) => levels.includes(level));
  return { query, levels: chosen, sources, range: rangeOf(range) };
}

/** The sink whose index is searched; undefined: the store of this computer. */
export function indexOf(saved: SavedQuery): string | undefined {
  return typeof saved === "string" ? undefined : saved.searchIn;
}

/**
 * The search of a view as it is saved: the query alone where nothing else narrows it.
 * @param index where is searched
 */
export function savedOf({ query, levels, sources, range }: Filter, index: string | undefined): SavedQuery {
  const text = query.trim();
  if (!levels && !sources && range.kind === "all" && index === undefined) return text;
  const span = savedRange(range);
  return {
    ...(text !== "" && { query: text }),
    ...(levels && { levels: [...levels] }),
    ...(sources && { sources: [...sources] }),
    ...(span !== undefined && { range: span }),
    ...(index !== undefined && { searchIn: index }),
  };
}

/** The saved search that is the same, if one is. */
export function sameAs(
  filter: Filter,
  index: string | undefined,
  all: readonly NamedQuery[],
): NamedQuery | undefined {
  const now = textOf(filter, index);
  return all.find(({ query }) => textOf(filterOf(query), indexOf(query)) === now);
}

function textOf(filter: Filter, index: string | undefined): string {
  return JSON.stringify(savedOf({ ...filter, sources: filter.sources && [...filter.sources].sort() }, index));
}

function rangeOf(range: SavedRange): Range {
  if (range === undefined) return { kind: "all" };
  if (typeof range === "object")
    return { kind: "between", since: Date.parse(range.since), until: Date.parse(range.until) };
  return { kind: "last", seconds: Number.parseInt(range, 10) * (SECONDS[range.slice(-1)] ?? 1) };
}

function savedRange(range: Range): SavedRange {
  if (range.kind === "all") return undefined;
  if (range.kind === "between")
    return { since: new Date(range.since).toISOString(), until: new Date(range.until).toISOString() };
  const [unit = "s", size = 1] =
    Object.entries(SECONDS).findLast(([, seconds]) => range.seconds % seconds === 0) ?? [];
  return `${range.seconds / size}${unit}`;
}
