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
/** A regular expression between slashes: of a field, or of the line. */
export interface Expression {
  readonly kind: "expression";
  readonly field: string | undefined;
  readonly source: string;
  /** "i" or none. */
  readonly flags: string;
  readonly at: number;
}
export type Term =
  | Expression
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
  | { readonly type: ")" | "AND" | "OR" | "NOT"; readonly start: number; readonly end: number }
  /** With the field that stands before it, for which the values in it are meant: `status:(404 OR 5*)`. */
  | { readonly type: "("; readonly field?: string; readonly start: number; readonly end: number }
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

/**
 * An expression ends at the first slash that is not escaped, and nothing but flags may follow: in /api/items that
 * is no end, so paths are words.
 */
const EXPRESSION = /\/((?:[^\\/\n]|\\[^\n])+)\/(i?)(?=[\s)]|$)/y;

/** Cuts a query into tokens. Throws UserError with the place for an open quote or a missing value. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  const next = (from: number) => readToken(query, from, groupOf(tokens));
  for (let token = next(0); token; token = next(token.end)) tokens.push(token);
  return tokens;
}

/** The field for which values are meant after some tokens; undefined: for none. */
function groupOf(tokens: readonly Token[]): string | undefined {
  let closed = 0;
  for (let i = tokens.length - 1; i >= 0; i--) {
    const token = tokens[i] as Token;
    if (token.type === ")") closed++;
    else if (token.type === "(" && closed > 0) closed--;
    else if (token.type === "(" && token.field !== undefined) return token.field;
  }
  return undefined;
}

/**
 * The next token from a place on; undefined where only spaces are left.
 * @param group the field for which values are meant there
 */
function readToken(query: string, from: number, group: string | undefined): Token | undefined {
  let start = from;
  while (start < query.length && SPACE.test(query[start] as string)) start++;
  const char = query[start];
  if (char === undefined) return undefined;
  if (char === "(" || char === ")") return { type: char, start, end: start + 1 };
  if (char === "-" && start + 1 < query.length && !SPACE.test(query[start + 1] as string))
    return { type: "NOT", start, end: start + 1 };
  const name = sticky(FIELD, query, start);
  if (name !== "" && query[start + name.length] === "(")
    return { type: "(", field: fieldOf(name), start, end: start + name.length + 1 };
  const { term, end } = readTerm(query, start, group);
  const word = query.slice(start, end);
  if (word === "AND" || word === "OR" || word === "NOT") return { type: word, start, end };
  return { type: "term", term, start, end };
}

/** The last term of a query that ends where it is being written, and what stands before it. */
export interface OpenTerm {
  readonly tokens: readonly Token[];
  /** Where it begins: at the end when it is empty. */
  readonly start: number;
  /** The field it names, and where the name ends with its colon; undefined: it is a word as yet. */
  readonly name: { readonly field: string; readonly end: number } | undefined;
  readonly comparison: Comparison | "";
  readonly value: {
    /** What others may begin with; undefined for ranges, expressions and wildcards. */
    readonly prefix: string | undefined;
    /** Its quote has no partner. */
    readonly open: boolean;
  };
}

export function openTerm(head: string): OpenTerm {
  const tokens: Token[] = [];
  const start = cut(head, tokens);
  const word = head.slice(start);
  const name = sticky(FIELD, head, start);
  const field = name === "" ? groupOf(tokens) : fieldOf(name);
  if (field === undefined) return { tokens, start, name: undefined, comparison: "", value: prefixOf(word) };
  const end = start + name.length;
  const comparison = sticky(COMPARISON, head, end) as Comparison | "";
  return {
    tokens,
    start,
    name: { field, end },
    comparison,
    value: prefixOf(head.slice(end + comparison.length)),
  };
}

/** Cuts off the tokens before the last term. @returns where that begins */
function cut(head: string, tokens: Token[]): number {
  for (let at = 0; at < head.length; ) {
    const start = at;
    try {
      const token = readToken(head, at, groupOf(tokens));
      if (!token) return head.length;
      if (token.end === head.length && !["(", ")"].includes(token.type) && head[token.start] !== "-")
        return token.start;
      tokens.push(token);
      at = token.end;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return start + (/^\s*/.exec(head.slice(start))?.[0].length ?? 0);
    }
  }
  return head.length;
}

function prefixOf(text: string): OpenTerm["value"] {
  const [quote = ""] = /^["']/.exec(text) ?? [];
  if (quote !== "") {
    const closed = text.length > 1 && text.endsWith(quote) && !/\\$/.test(text.slice(0, -1));
    return { prefix: unescaped(text.slice(1, closed ? -1 : undefined)), open: !closed };
  }
  if (text === "") return { prefix: "", open: false };
  if (/^[[{]/.test(text)) return { prefix: undefined, open: false };
  try {
    const { value, end } = readValue(text, 0);
    const known = end === text.length && value.wildcards.length === 0;
    return { prefix: known ? value.parts[0] : undefined, open: false };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { prefix: undefined, open: false };
  }
}

function readTerm(query: string, at: number, group: string | undefined): { term: Term; end: number } {
  const written = sticky(FIELD, query, at);
  // `http://host` and a path or time with a colon are words, not fields.
  const name = query.startsWith("//", at + written.length) ? "" : written;
  if (name === "" && group === undefined) {
    const expression = readExpression(query, at, undefined, at);
    if (expression) return expression;
    const { value, end } = readValue(query, at);
    return { term: { kind: "text", value, at }, end };
  }
  const field = name === "" ? (group ?? "") : fieldOf(name);
  const after = at + name.length;
  const expression = readExpression(query, after, field, at);
  if (expression) return expression;
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

/** @param name with its colon */
function fieldOf(name: string): string {
  return name.startsWith('"') ? unescaped(name.slice(1, -2)) : name.slice(0, -1);
}

function readExpression(
  query: string,
  from: number,
  field: string | undefined,
  at: number,
): { term: Expression; end: number } | undefined {
  EXPRESSION.lastIndex = from;
  const [whole, source, flags] = EXPRESSION.exec(query) ?? [];
  if (whole === undefined || source === undefined || flags === undefined) return undefined;
  return { term: { kind: "expression", field, source, flags, at }, end: from + whole.length };
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
