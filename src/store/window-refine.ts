import { isDeepStrictEqual } from "node:util";
import { type Filter, parseQuery } from "./language.ts";
import type { Term, Value } from "./lexer.ts";
import type { WindowSearch } from "./window.ts";

/** Whether all that a search takes, another takes too, its levels aside. */
export function within(search: WindowSearch, other: WindowSearch): boolean {
  const { sources, after, upTo } = search;
  if (other.after && !isDeepStrictEqual(after, other.after)) return false;
  if (other.upTo && !isDeepStrictEqual(upTo, other.upTo)) return false;
  if ((search.since ?? Number.NEGATIVE_INFINITY) < (other.since ?? Number.NEGATIVE_INFINITY)) return false;
  if ((search.until ?? Number.POSITIVE_INFINITY) > (other.until ?? Number.POSITIVE_INFINITY)) return false;
  if (other.sources && !(sources?.every((one) => other.sources?.includes(one)) ?? false)) return false;
  return narrows(parseQuery(search.query, search.zone), parseQuery(other.query, other.zone));
}

/**
 * Whether all that one query takes, another takes too, as far as can be told from how they are written: words that
 * were added, and words that grew longer. False where it is not sure.
 */
export function narrows(filter: Filter, other: Filter): boolean {
  if (same(filter, other)) return true;
  if (other.kind === "and") return other.filters.every((one) => narrows(filter, one));
  if (filter.kind === "or") return filter.filters.every((one) => narrows(one, other));
  if (filter.kind === "and" && filter.filters.some((one) => narrows(one, other))) return true;
  if (other.kind === "or") return other.filters.some((one) => narrows(filter, one));
  if (filter.kind === "not" && other.kind === "not") return narrows(other.filter, filter.filter);
  return filter.kind === "term" && other.kind === "term" && longer(filter.term, other.term);
}

/** Words are looked for as a part; so are these. */
const PARTIAL = ["message", "raw", "error"];

function longer(term: Term, other: Term): boolean {
  if (term.kind === "text" && other.kind === "text") return holds(term.value, other.value);
  if (term.kind !== "field" || other.kind !== "field" || term.field !== other.field) return false;
  if (term.comparison !== "=" || other.comparison !== "=" || !PARTIAL.includes(term.field)) return false;
  return holds(term.value, other.value);
}

/** Whether each text that has `value` somewhere has `part` too. */
function holds(value: Value, part: Value): boolean {
  const [text = ""] = part.parts;
  if (part.wildcards.length > 0 || text === "") return false;
  return value.parts.some((one) => folded(one).includes(folded(text)));
}

const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Terms know where they stood, which makes no difference. */
function same(filter: Filter, other: Filter): boolean {
  return textOf(filter) === textOf(other);
}

function textOf(filter: Filter): string {
  return JSON.stringify(filter, (key, value: unknown) => {
    if (value instanceof RegExp) return String(value);
    return key === "at" && typeof value === "number" ? undefined : value;
  });
}
