import { type LiqeQuery, SyntaxError as LiqeSyntaxError, parse } from "liqe";
import { UserError } from "../errors.ts";
import { dateOf, epochOf } from "../lib/dates.ts";
import { type Bound, queryError, type Term, type Token, tokenize, type Value } from "./lexer.ts";

/** A query as a tree. An `and` of nothing takes everything. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly filters: readonly Filter[] }
  | { readonly kind: "not"; readonly filter: Filter }
  | { readonly kind: "term"; readonly term: Term };

const MAX_LENGTH = 10_000;
const MAX_TERMS = 300;
const EVERYTHING: Filter = { kind: "and", filters: [] };

/**
 * Reads a query: words and "phrases", field:value with wildcards, comparisons and ranges, AND OR NOT, `-`
 * and parentheses. Two terms side by side mean AND, which binds closer than OR. Times without a zone are of `zone`
 * (by the IANA's name; undefined: the machine's), and become milliseconds here, so that nobody else need know it.
 * Throws UserError with the place marked.
 *
 * liqe finds the structure. Its own terms know no paths, dates or open ranges, so our lexer reads the terms
 * and liqe gets a name for each (`t0 AND (t1 OR NOT t2)`), every AND spelled out: without that its grammar
 * is ambiguous, and slow to the power of the parentheses.
 */
export function parseQuery(query: string, zone?: string): Filter {
  if (query.length > MAX_LENGTH) throw new UserError(`the query is longer than ${MAX_LENGTH} characters`);
  const tokens = tokenize(query);
  if (tokens.length === 0) return EVERYTHING;
  const { text, places, terms: written } = render(query, tokens);
  const terms = written.map((term) => timed(term, zone));
  let tree: LiqeQuery;
  try {
    tree = parse(text);
  } catch (error) {
    if (!(error instanceof LiqeSyntaxError))
      throw queryError(query, query.trimEnd().length, "the query stops short");
    const place = places.findLast(({ start }) => start <= error.offset);
    const token = place?.token ?? (tokens[0] as Token);
    throw queryError(query, token.start, `"${query.slice(token.start, token.end)}" can't stand here`);
  }
  return filterOf(tree, terms);
}

interface Rendered {
  readonly text: string;
  /** Where each token begins in `text`. */
  readonly places: readonly { readonly start: number; readonly token: Token }[];
  readonly terms: readonly Term[];
}

function render(query: string, tokens: readonly Token[]): Rendered {
  const terms: Term[] = [];
  const places: { start: number; token: Token }[] = [];
  let text = "";
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    const ends = before?.type === "term" || before?.type === ")";
    const begins = token.type === "term" || token.type === "(" || token.type === "NOT";
    if (before?.type === "(" && token.type === ")") {
      throw queryError(query, before.start, "there is nothing between these parentheses");
    }
    if (ends && begins) text += "AND ";
    places.push({ start: text.length, token });
    if (token.type === "term") text += `t${terms.push(token.term) - 1} `;
    else text += `${token.type} `;
    if (terms.length > MAX_TERMS)
      throw queryError(query, token.start, `there are more than ${MAX_TERMS} terms`);
  }
  return { text: text.trimEnd(), places, terms };
}

function filterOf(node: LiqeQuery, terms: readonly Term[]): Filter {
  switch (node.type) {
    case "ParenthesizedExpression":
      return filterOf(node.expression, terms);
    case "UnaryOperator":
      return { kind: "not", filter: filterOf(node.operand, terms) };
    case "LogicalExpression":
      return chainOf(node, terms);
    case "EmptyExpression":
      return EVERYTHING;
    case "Tag": {
      const { expression } = node;
      const name = expression.type === "LiteralExpression" ? String(expression.value) : "";
      const term = terms[Number(name.slice(1))];
      if (!term) throw new Error(`no term is named ${name}`);
      return { kind: "term", term };
    }
  }
}

/** liqe chains AND and OR to the left as they come; here the runs of AND become the members of the OR. */
function chainOf(node: LiqeQuery, terms: readonly Term[]): Filter {
  const runs: Filter[][] = [[]];
  let rest = node;
  while (rest.type === "LogicalExpression") {
    runs[0]?.unshift(filterOf(rest.right, terms));
    if (rest.operator.operator === "OR") runs.unshift([]);
    rest = rest.left;
  }
  runs[0]?.unshift(filterOf(rest, terms));
  const members = runs.map(
    (filters): Filter => (filters.length === 1 ? (filters[0] ?? EVERYTHING) : { kind: "and", filters }),
  );
  return members.length === 1 ? (members[0] ?? EVERYTHING) : { kind: "or", filters: members };
}

/** What is no time is left as it is written: whoever compares it says so. */
function timed(term: Term, zone: string | undefined): Term {
  if (!("field" in term) || term.field !== "time" || term.kind === "expression") return term;
  const moment = (value: Value): Value => {
    const text = value.parts.join("");
    const at = value.wildcards.length === 0 ? (dateOf(text, zone) ?? epochOf(text)) : undefined;
    return at === undefined ? value : { ...value, parts: [String(at)] };
  };
  const bound = (one: Bound): Bound => (one.value ? { ...one, value: moment(one.value) } : one);
  return term.kind === "field"
    ? { ...term, value: moment(term.value) }
    : { ...term, low: bound(term.low), high: bound(term.high) };
}
