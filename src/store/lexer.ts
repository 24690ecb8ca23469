import { UserError } from "../errors.ts";

export type Comparison = "=" | ">" | ">=" | "<" | "<=";

/** A value as it was written. In a word, `*` and `?` are wildcards unless they were escaped. */
export interface Value {
  /** Runs of literal text; between two of them stands the wildcard at the same place in `wildcards`. */
  readonly parts: readonly string[];
  readonly wildcards: readonly ("*" | "?")[];
  readonly quoted: boolean;
}
/** An end of a range; undefined is open (`*`). */
export interface Bound {
  readonly value: Value | undefined;
  readonly inclusive: boolean;
}
export type Term =
  | { readonly kind: "text"; readonly value: Value; readonly at: number }
  | {
      readonly kind: "field";
      readonly field: string;
      readonly comparison: Comparison;
      readonly value: Value;
      readonly at: number;
    }
  | {
      readonly kind: "range";
      readonly field: string;
      readonly low: Bound;
      readonly high: Bound;
      readonly at: number;
    };

/** A piece of a query and where it begins and ends in the text. */
export type Token =
  | { readonly type: "(" | ")" | "AND" | "OR" | "NOT"; readonly start: number; readonly end: number }
  | { readonly type: "term"; readonly term: Term; readonly start: number; readonly end: number };

/** A UserError that shows the query with a mark below the place. `at` counts from 0. */
export function queryError(query: string, at: number, problem: string): UserError {
  const line = query.replace(/\s/g, " ");
  return new UserError(`${problem} (column ${at + 1})\n  ${line}\n  ${" ".repeat(at)}^`);
}

const SPACE = /\s/;
const FIELD = /(?:[A-Za-z_@$][\w.@$-]*|"(?:[^"\\]|\\.)+"):/y;
const COMPARISON = />=|<=|>|<|=/y;
const RANGE = /([[{])\s*("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s+TO\s+("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s*([\]}])/y;
/** What a backslash takes the meaning from; before anything else it is itself, as in D:\logs. */
const SPECIAL = /[\s*?\\"'():[\]{}<>=-]/;

/** Cuts a query into tokens. Throws UserError with the place for an open quote or a missing value. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const char = query[at] as string;
    const start = at;
    if (SPACE.test(char)) at++;
    else if (char === "(" || char === ")") tokens.push({ type: char, start, end: ++at });
    else if (char === "-" && at + 1 < query.length && !SPACE.test(query[at + 1] as string)) {
      tokens.push({ type: "NOT", start, end: ++at });
    } else {
      const { term, end } = readTerm(query, at);
      const word = query.slice(at, end);
      at = end;
      if (word === "AND" || word === "OR" || word === "NOT") tokens.push({ type: word, start, end });
      else tokens.push({ type: "term", term, start, end });
    }
  }
  return tokens;
}

function readTerm(query: string, at: number): { term: Term; end: number } {
  const name = sticky(FIELD, query, at);
  // `http://host` and a path or time with a colon are words, not fields.
  if (!name || query.startsWith("//", at + name.length)) {
    const { value, end } = readValue(query, at);
    return { term: { kind: "text", value, at }, end };
  }
  const field = name.startsWith('"') ? unescaped(name.slice(1, -2)) : name.slice(0, -1);
  const after = at + name.length;
  RANGE.lastIndex = after;
  const range = RANGE.exec(query);
  if (range) {
    const low = boundOf(range[2] as string, range[1] === "[");
    const high = boundOf(range[3] as string, range[4] === "]");
    return { term: { kind: "range", field, low, high, at }, end: after + range[0].length };
  }
  if (query[after] === "[" || query[after] === "{") {
    throw queryError(query, after, `write the range of "${field}" as [low TO high]; * is an open end`);
  }
  const comparison = sticky(COMPARISON, query, after);
  const { value, end } = readValue(query, after + comparison.length, field);
  return {
    term: { kind: "field", field, comparison: (comparison || "=") as Comparison, value, at },
    end,
  };
}

function boundOf(text: string, inclusive: boolean): Bound {
  if (text === "*") return { value: undefined, inclusive };
  return { value: text.startsWith('"') ? phrase(unescaped(text.slice(1, -1))) : phrase(text), inclusive };
}

function readValue(query: string, at: number, field?: string): { value: Value; end: number } {
  const quote = query[at];
  if (quote === '"' || quote === "'") {
    let end = at + 1;
    while (end < query.length && query[end] !== quote) end += query[end] === "\\" ? 2 : 1;
    if (end >= query.length) throw queryError(query, at, `this ${quote} has no partner`);
    return { value: phrase(unescaped(query.slice(at + 1, end))), end: end + 1 };
  }
  const parts = [""];
  const wildcards: ("*" | "?")[] = [];
  let depth = 0;
  let end = at;
  for (; end < query.length; end++) {
    let char = query[end] as string;
    if (SPACE.test(char)) break;
    if (char === "(") depth++;
    else if (char === ")" && --depth < 0) break;
    else if (char === "*" || char === "?") {
      wildcards.push(char);
      parts.push("");
      continue;
    } else if (char === "\\" && SPECIAL.test(query[end + 1] ?? "")) char = query[++end] as string;
    parts[parts.length - 1] += char;
  }
  if (end === at) throw queryError(query, at, field ? `"${field}:" needs a value` : "a word is missing here");
  return { value: { parts, wildcards, quoted: false }, end };
}

const phrase = (text: string): Value => ({ parts: [text], wildcards: [], quoted: true });

const unescaped = (text: string) => text.replace(/\\(["'\\])/g, "$1");

function sticky(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
