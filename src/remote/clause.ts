import type { Value } from "../store/lexer.ts";
import type { Mapped } from "./mapping.ts";

/** A query clause of Elasticsearch and OpenSearch. */
export type Clause = Readonly<Record<string, unknown>>;

export const ALL: Clause = { match_all: {} };
export const NONE: Clause = { match_none: {} };

export const not = (clause: Clause): Clause => ({ bool: { must_not: [clause] } });
export const exists = (field: string): Clause => ({ exists: { field } });

export function and(clauses: readonly Clause[]): Clause {
  if (clauses.length === 1) return clauses[0] ?? ALL;
  return clauses.length === 0 ? ALL : { bool: { filter: clauses } };
}

export function or(clauses: readonly Clause[]): Clause {
  const some = clauses.filter((clause) => clause !== NONE);
  if (some.length === 1) return some[0] ?? NONE;
  return some.length === 0 ? NONE : { bool: { should: some, minimum_should_match: 1 } };
}

/** What a value can be found by is not in the index; `why` says it to people. */
export class NotAsked extends Error {
  override name = "NotAsked";
}

/** Letters and digits: the analyzer cuts no text within them. */
const RUN = /[A-Za-z0-9]+/g;

/** Strings that have the value somewhere; case of A to Z does not count. */
export function containing(value: Value, { words, whole, path }: Mapped): Clause {
  const [text = ""] = value.parts;
  const plain = value.wildcards.length === 0;
  if (plain && text === "") return hasAny({ words, whole, path });
  if (plain && words !== undefined && /^[A-Za-z0-9]+$/.test(text)) return within(words, text);
  const runs = value.parts.flatMap((part) => part.match(RUN) ?? []);
  const parts = words === undefined ? [] : runs.map((run) => within(words, run));
  if (whole === undefined) {
    if (parts.length === 0) throw new NotAsked(`the index can be searched for words alone in ${path}`);
    return and(parts);
  }
  const found: Clause = { wildcard: { [whole]: { value: `*${patternOf(value)}*`, case_insensitive: true } } };
  if (words === undefined || parts.length === 0) return found;
  // What is too long to be kept as a whole has its words alone.
  return or([found, { bool: { must_not: [exists(whole)], filter: parts } }]);
}

const within = (field: string, run: string): Clause => ({
  wildcard: { [field]: { value: `*${run.toLowerCase()}*` } },
});

/** Strings that are the value from end to end. */
export function equalling(value: Value, mapped: Mapped): Clause {
  const { whole, path } = mapped;
  if (isAnything(value)) return hasAny(mapped);
  if (whole === undefined)
    throw new NotAsked(`${path} is indexed by its words alone: ask for them, without the name of the field`);
  if (value.wildcards.length > 0)
    return { wildcard: { [whole]: { value: patternOf(value), case_insensitive: true } } };
  return { term: { [whole]: { value: value.parts.join(""), case_insensitive: true } } };
}

/** Of an empty text a field of words holds nothing. */
export function hasAny({ words, whole, path }: Pick<Mapped, "words" | "whole" | "path">): Clause {
  return or([...new Set([words, whole, path])].flatMap((one) => (one === undefined ? [] : [exists(one)])));
}

export const isAnything = ({ parts, wildcards }: Value): boolean =>
  wildcards.length > 0 && wildcards.every((mark) => mark === "*") && parts.join("") === "";

/** As wildcard queries write it. */
export function patternOf({ parts, wildcards }: Value): string {
  return parts
    .map((part, i) => (i > 0 ? (wildcards[i - 1] ?? "") : "") + part.replace(/[\\*?]/g, "\\$&"))
    .join("");
}
