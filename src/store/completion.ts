import { UserError } from "../errors.ts";
import { type Comparison, openTerm, type Token } from "./lexer.ts";
import { compileQuery } from "./query.ts";

/** What is being written at a place of a query that need not be whole. */
export interface Place {
  /** Undefined: a word, which may become a field's name. */
  readonly field: string | undefined;
  readonly comparison: Comparison;
  /** What of the name or value is there; undefined when it is none of which others could begin so. */
  readonly prefix: string | undefined;
  /** The stretch that a suggestion replaces. */
  readonly from: number;
  readonly until: number;
  /** Whether a term ends before it, so that an operator may follow. */
  readonly follows: boolean;
  /** The query without it; everything when the rest is not whole either. */
  readonly rest: string;
}

const NAME = /[\w.@$-]*:?/y;
const REST = /[^\s()]*/y;

/** @param at between 0 and the query's length */
export function placeAt(query: string, at: number): Place {
  const head = query.slice(0, at);
  const { tokens, start, name, comparison, value } = openTerm(head);
  const before = tokens.at(-1);
  const follows = before?.type === "term" || before?.type === ")";
  const field = name === undefined ? undefined : name.field;
  const from = name === undefined ? start : name.end + comparison.length;
  const pattern = field === undefined ? NAME : REST;
  pattern.lastIndex = at;
  // What is quoted ends here: further on may be anything.
  const until = value.open ? at : at + (pattern.exec(query)?.[0].length ?? 0);
  return {
    field,
    comparison: comparison === "" ? "=" : comparison,
    prefix: value.prefix,
    from,
    until,
    follows,
    rest: restOf(query, tokens, start, until),
  };
}

/** The query with a term that all records fit in place of one, and of the negations of that. */
function restOf(query: string, tokens: readonly Token[], start: number, until: number): string {
  let from = start;
  for (const token of tokens.toReversed()) {
    if (token.type !== "NOT") break;
    from = token.start;
  }
  const head = `${query.slice(0, from)} time:* `;
  let open = 0;
  for (const { type } of tokens) open += type === "(" ? 1 : type === ")" ? -1 : 0;
  const closed = ")".repeat(Math.max(0, open));
  for (const rest of [`${head}${query.slice(until)}`, `${head}${closed}`]) {
    try {
      compileQuery(rest);
      return rest;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return "";
}
