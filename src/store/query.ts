import { UserError } from "../errors.ts";
import { secondsOfText } from "../lib/duration-text.ts";
import type { Watchdog } from "../lib/watchdog.ts";
import { LEVELS } from "../model.ts";
import { type Access, accessesOf, type File, fieldAccess } from "./access.ts";
import { bounded, compileExpression, createQueryWatchdog, isFree, isQuick } from "./expression.ts";
import { type Filter, parseQuery } from "./language.ts";
import { type Bound, type Comparison, type Expression, queryError, type Term, type Value } from "./lexer.ts";
import { contains, equals, type Pattern } from "./pattern.ts";
import type { Rows } from "./rows.ts";

/** Whether the record at a place of a run of one file is among those that were asked for. */
export type Matcher = (rows: Rows, at: number, file: File) => boolean;

type Field = Extract<Term, { kind: "field" | "range" }>;

export const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A text that is a number to a comparison. */
const NUMERIC = /^-?\d+(?:\.\d*)?$/;
export const LEVEL_NAMES: Readonly<Record<string, string>> = {
  warning: "warn",
  err: "error",
  crit: "fatal",
  critical: "fatal",
  information: "info",
  notice: "info",
};

/**
 * Turns a query (see parseQuery) into a matcher. `source`, `file`, `level`, `status`, `message`, `raw`,
 * `error`, `id` and `time` are what every record has; any other name is a field (`fields.source` for one that they
 * hide). Words, `message`, `raw` and `error` look for a part; fields for the whole value, unless it has
 * wildcards. Case counts for neither (of A to Z); for `/expressions/`, which find a part anywhere, it does but for
 * `/i`, and they are ended when they take too long. A missing field is never equal, so `-status:200` takes it.
 * Throws UserError with the place marked; the matcher does too, for an expression that takes too long.
 * @param zone see parseQuery
 */
export function compileQuery(query: string, watchdog?: Watchdog, zone?: string): Matcher {
  const filter = parseQuery(query, zone);
  const matches = matcherOf(filter, query);
  const [first] = termsOf(filter).filter((term) => term.kind === "expression" && !isQuick(term));
  if (!first) return matches;
  return bounded(matches, query.trim(), watchdog ?? createQueryWatchdog(), (many) =>
    queryError(
      query,
      first.at,
      many
        ? "the expression takes too long over these lines: write it more narrowly"
        : "the expression takes too long over a line: write it so that it can match a text in one way only",
    ),
  );
}

/** Names of fields, as they are written, that a query asks for and that not every record has. */
export function fieldsAsked(query: string): readonly string[] {
  const names = termsOf(parseQuery(query)).flatMap((term) =>
    term.kind === "text" || term.field === undefined || COMMON.includes(term.field) ? [] : [term.field],
  );
  return [...new Set(names)];
}

/** A query that asks for another field in the place of one; undefined where that is written in another way. */
export function withField(query: string, field: string, written: string): string | undefined {
  const places = termsOf(parseQuery(query)).flatMap((term) =>
    term.kind !== "text" && term.field === field ? [term.at] : [],
  );
  if (!places.every((at) => query.startsWith(`${field}:`, at))) return undefined;
  return places.reduceRight((text, at) => text.slice(0, at) + written + text.slice(at + field.length), query);
}

function termsOf(filter: Filter): Term[] {
  if (filter.kind === "term") return [filter.term];
  if (filter.kind === "not") return termsOf(filter.filter);
  return filter.filters.flatMap(termsOf);
}

/** What every record may have. */
export const COMMON: readonly string[] = [
  "source",
  "file",
  "level",
  "status",
  "message",
  "raw",
  "error",
  "time",
  "id",
];

/** The same of a part of a query, whose expressions nobody watches. */
export function matcherOf(filter: Filter, query: string): Matcher {
  switch (filter.kind) {
    case "not": {
      const inner = matcherOf(filter.filter, query);
      return (rows, at, file) => !inner(rows, at, file);
    }
    case "term":
      return termOf(filter.term, query);
    case "and": {
      const all = filter.filters.map((inner) => matcherOf(inner, query));
      return (rows, at, file) => all.every((inner) => inner(rows, at, file));
    }
    case "or": {
      const any = filter.filters.map((inner) => matcherOf(inner, query));
      return (rows, at, file) => any.some((inner) => inner(rows, at, file));
    }
  }
}

function termOf(term: Term, query: string): Matcher {
  if (term.kind === "text") return inLines(contains(term.value));
  if (term.kind === "expression") return byExpression(term, query);
  const part = term.kind === "field" && term.comparison === "=" && !isAnything(term.value);
  switch (term.field) {
    case "source":
      return general((_rows, _at, { source }) => source, term, query);
    case "file": {
      if (!part) return general((_rows, _at, { path }) => path, term, query);
      const fits = equals(term.value);
      return (_rows, _at, { path }) => fits(path) || ends(path).some(fits);
    }
    case "level":
      if (part && term.value.wildcards.length > 0)
        throw queryError(query, term.at, "a level has no wildcards");
      return numeric((rows, at) => rows.level(at), term, query, levelOf(query, term.at));
    case "time":
      return numeric((rows, at) => rows.time(at), term, query, timeOf(query, term.at));
    case "status":
      // A status that is no number stands in the fields only.
      if (valuesOf(term).every((value) => value.wildcards.length > 0 || NUMBER.test(value.parts.join(""))))
        return numeric((rows, at) => rows.status(at), term, query, Number);
      if (term.kind === "range" || term.comparison !== "=")
        throw queryError(query, term.at, "a status is compared with numbers: write it like status:>=500");
      return general(fieldAccess("status"), term, query);
    case "raw":
      return part ? inLines(contains(term.value)) : general((rows, at) => rows.raw(at), term, query);
    case "message": {
      if (!part) return general((rows, at) => rows.message(at), term, query);
      const fits = contains(term.value);
      return (rows, at) => fits(rows.message(at));
    }
    case "error": {
      if (!part) return any(accessesOf("error").map((access) => general(access, term, query)));
      const fits = contains(term.value);
      return any(accessesOf("error").map((access) => having(access, fits)));
    }
    default:
      return any(accessesOf(term.field).map((access) => general(access, term, query)));
  }
}

function byExpression(term: Expression, query: string): Matcher {
  const { field = "raw" } = term;
  if (field === "time")
    throw queryError(query, term.at, "a time has no expressions: compare it, or use a range");
  let expression: RegExp;
  try {
    expression = compileExpression(term);
  } catch (error) {
    throw error instanceof UserError ? queryError(query, term.at, error.message) : error;
  }
  const fits = (text: string): boolean => expression.test(text);
  if (field === "raw" && isFree(term)) return inLines(fits);
  return any(accessesOf(field).map((access) => having(access, fits)));
}

function having(access: Access, fits: Pattern): Matcher {
  return (rows, at, file) => {
    const value = access(rows, at, file);
    return value !== undefined && fits(String(value));
  };
}

function any(matchers: readonly Matcher[]): Matcher {
  const [first] = matchers;
  if (first && matchers.length === 1) return first;
  return (rows, at, file) => matchers.some((matches) => matches(rows, at, file));
}

/** What a run as a whole does not have, none of its lines has. */
function inLines(fits: Pattern): Matcher {
  let last: Rows | undefined;
  let lacking = false;
  return (rows, at) => {
    if (rows !== last) {
      // In this order: work that is ended in between must not leave another run's answer.
      lacking = rows.lines !== undefined && noneFits(rows.lines.texts(), fits);
      last = rows;
    }
    return !lacking && fits(rows.raw(at));
  };
}

function noneFits(texts: Iterable<string | undefined>, fits: Pattern): boolean {
  for (const text of texts) if (text === undefined || fits(text)) return false;
  return true;
}

/** The path's ends that begin behind a separator, of either system. */
function ends(path: string): string[] {
  return [...path.matchAll(/[/\\]/g)].map(({ index }) => path.slice(index + 1));
}

/** A term over a number that every record has or lacks, its values read by `number`. */
function numeric(
  access: (rows: Rows, at: number) => number | undefined,
  term: Field,
  query: string,
  number: (text: string) => number,
): Matcher {
  if (term.kind === "field" && term.comparison === "=" && term.value.wildcards.length > 0)
    return general(access, term, query);
  const tests = boundsOf(term).map(([comparison, value]) =>
    comparing(comparison, number(literalOf(value, term, query))),
  );
  return (rows, at) => {
    const value = access(rows, at);
    return value !== undefined && tests.every((test) => test(value));
  };
}

function general(access: Access, term: Field, query: string): Matcher {
  if (term.kind === "field" && term.comparison === "=") {
    const fits = equality(term.value);
    return (rows, at, file) => {
      const value = access(rows, at, file);
      return value !== undefined && fits(value);
    };
  }
  const tests = boundsOf(term).map(([comparison, value]) =>
    ordering(comparison, literalOf(value, term, query)),
  );
  return (rows, at, file) => {
    const value = access(rows, at, file);
    return value !== undefined && tests.every((test) => test(value));
  };
}

function equality(value: Value): (value: string | number) => boolean {
  if (isAnything(value) && value.wildcards.every((mark) => mark === "*")) return () => true;
  const fits: Pattern = equals(value);
  const text = value.parts.join("");
  const number =
    value.wildcards.length === 0 && !value.quoted && NUMBER.test(text) ? Number(text) : undefined;
  return (found) => (typeof found === "number" && found === number) || fits(String(found));
}

/**
 * Numbers compare with numbers and with texts that are one, durations such as `20ms` with texts that are one, other
 * values with texts, by UTF-16 unit.
 */
function ordering(comparison: Comparison, text: string): (value: string | number) => boolean {
  const seconds = secondsOfText(text);
  if (seconds !== undefined) {
    const test = comparing(comparison, seconds);
    return (value) => {
      const its = typeof value === "string" ? secondsOfText(value) : undefined;
      return its !== undefined && test(its);
    };
  }
  if (!NUMBER.test(text)) {
    const test = comparing(comparison, text);
    return (value) => typeof value === "string" && test(value);
  }
  const test = comparing(comparison, Number(text));
  return (value) => (typeof value === "number" ? test(value) : NUMERIC.test(value) && test(Number(value)));
}

function comparing<Of extends string | number>(comparison: Comparison, bound: Of): (value: Of) => boolean {
  switch (comparison) {
    case "=":
      return (value) => value === bound;
    case ">":
      return (value) => value > bound;
    case ">=":
      return (value) => value >= bound;
    case "<":
      return (value) => value < bound;
    case "<=":
      return (value) => value <= bound;
  }
}

export function literalOf(value: Value, { at }: Field, query: string): string {
  if (value.wildcards.length > 0) throw queryError(query, at, "a wildcard can't be compared");
  return value.parts.join("");
}

export function levelOf(query: string, at: number): (text: string) => number {
  return (text) => {
    const name = text.toLowerCase();
    const level = (LEVELS as readonly string[]).indexOf(LEVEL_NAMES[name] ?? name);
    if (level < 0) throw queryError(query, at, `"${text}" is no level: write one of ${LEVELS.join(", ")}`);
    return level;
  };
}

export function timeOf(query: string, at: number): (text: string) => number {
  return (text) => {
    if (NUMBER.test(text)) return Number(text);
    throw queryError(query, at, `"${text}" is no time: write 2024-05-01T12:30:00Z or seconds since 1970`);
  };
}

export function boundsOf(term: Field): (readonly [Comparison, Value])[] {
  if (term.kind === "field") return [[term.comparison, term.value]];
  const end = ({ value, inclusive }: Bound, comparison: "<" | ">"): (readonly [Comparison, Value])[] =>
    value ? [[inclusive ? `${comparison}=` : comparison, value]] : [];
  return [...end(term.low, ">"), ...end(term.high, "<")];
}

export function valuesOf(term: Field): Value[] {
  if (term.kind === "field") return [term.value];
  return [term.low.value, term.high.value].filter((value) => value !== undefined);
}

export const isAnything = (value: Value) => value.wildcards.length > 0 && value.parts.join("") === "";
