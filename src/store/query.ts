import { type FieldValue, LEVELS } from "../model.ts";
import { type Filter, parseQuery } from "./language.ts";
import { type Bound, type Comparison, queryError, type Term, type Value } from "./lexer.ts";
import { contains, equals, type Pattern } from "./pattern.ts";
import type { Rows } from "./rows.ts";

/** Where records are from, of all records of a run. */
export interface File {
  readonly source: string;
  readonly path: string;
}

/** Whether the record at a place of a run of one file is among those that were asked for. */
export type Matcher = (rows: Rows, at: number, file: File) => boolean;

type Field = Exclude<Term, { kind: "text" }>;
/** A value as it is compared: text or number; undefined where there is none. */
type Plain = string | number | undefined;
type Access = (rows: Rows, at: number, file: File) => Plain;

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A text that is a number to a comparison. */
const NUMERIC = /^-?\d+(?:\.\d*)?$/;
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  warning: "warn",
  err: "error",
  crit: "fatal",
  critical: "fatal",
  information: "info",
  notice: "info",
};

/**
 * Turns a query (see parseQuery) into a matcher. `source`, `file`, `level`, `status`, `message`, `raw`,
 * `error` and `time` are what every record has; any other name is a field (`fields.source` for one that they
 * hide). Words, `message`, `raw` and `error` look for a part; fields for the whole value, unless it has
 * wildcards. Case counts for neither (of A to Z). A missing field is never equal, so `-status:200` takes it.
 * Throws UserError with the place marked.
 */
export function compileQuery(query: string): Matcher {
  return matcherOf(parseQuery(query), query);
}

/** Names of fields, as they are written, that a query asks for and that not every record has. */
export function fieldsAsked(query: string): readonly string[] {
  const names = new Set<string>();
  const look = (filter: Filter): void => {
    if (filter.kind === "not") look(filter.filter);
    else if (filter.kind !== "term") filter.filters.forEach(look);
    else if (filter.term.kind !== "text" && !COMMON.includes(filter.term.field)) names.add(filter.term.field);
  };
  look(parseQuery(query));
  return [...names];
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
];

function matcherOf(filter: Filter, query: string): Matcher {
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
  if (term.kind === "text") return inLines(term.value);
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
      return part ? inLines(term.value) : general((rows, at) => rows.raw(at), term, query);
    case "message": {
      if (!part) return general((rows, at) => rows.message(at), term, query);
      const fits = contains(term.value);
      return (rows, at) => fits(rows.message(at));
    }
    case "error": {
      // Logs have fields of this name too.
      const field = fieldAccess("error");
      if (part) {
        const fits = contains(term.value);
        const found = (value: Plain): boolean => value !== undefined && fits(String(value));
        return (rows, at, file) => found(rows.error(at)) || found(field(rows, at, file));
      }
      const own = general((rows, at) => rows.error(at), term, query);
      const other = general(field, term, query);
      return (rows, at, file) => own(rows, at, file) || other(rows, at, file);
    }
    default:
      return general(fieldAccess(term.field.replace(/^fields\./, "")), term, query);
  }
}

/** What a run as a whole does not have, none of its lines has. */
function inLines(value: Value): Matcher {
  const fits = contains(value);
  let last: Rows | undefined;
  let lacking = false;
  return (rows, at) => {
    if (rows !== last) {
      last = rows;
      lacking = rows.text !== undefined && !fits(rows.text);
    }
    return !lacking && fits(rows.raw(at));
  };
}

/** The path's ends that begin behind a separator, of either system. */
function ends(path: string): string[] {
  return [...path.matchAll(/[/\\]/g)].map(({ index }) => path.slice(index + 1));
}

/** A field's value: text, number, 'true', 'false', or the JSON of a list or object. */
export function fieldAccess(name: string): Access {
  if (!name.includes(".")) return (rows, at) => plainOf(rows.field(at, name));
  const [first = "", ...keys] = name.split(".");
  return (rows, at) => {
    const whole = plainOf(rows.field(at, name));
    if (whole !== undefined) return whole;
    let value = rows.field(at, first);
    for (const key of keys) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string, FieldValue>>)[key];
    }
    return plainOf(value);
  };
}

function plainOf(value: FieldValue | undefined): Plain {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number") return value;
  return JSON.stringify(value);
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

/** Numbers compare with numbers and with texts that are one; other values with texts, by UTF-16 unit. */
function ordering(comparison: Comparison, text: string): (value: string | number) => boolean {
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

function literalOf(value: Value, { at }: Field, query: string): string {
  if (value.wildcards.length > 0) throw queryError(query, at, "a wildcard can't be compared");
  return value.parts.join("");
}

function levelOf(query: string, at: number): (text: string) => number {
  return (text) => {
    const name = text.toLowerCase();
    const level = (LEVELS as readonly string[]).indexOf(LEVEL_NAMES[name] ?? name);
    if (level < 0) throw queryError(query, at, `"${text}" is no level: write one of ${LEVELS.join(", ")}`);
    return level;
  };
}

function timeOf(query: string, at: number): (text: string) => number {
  return (text) => {
    const time = NUMBER.test(text) && text.length > 4 ? Number(text) : Date.parse(text);
    if (!Number.isNaN(time)) return time;
    throw queryError(
      query,
      at,
      `"${text}" is no time: write 2024-05-01T12:30:00Z or milliseconds since 1970`,
    );
  };
}

function boundsOf(term: Field): (readonly [Comparison, Value])[] {
  if (term.kind === "field") return [[term.comparison, term.value]];
  const end = ({ value, inclusive }: Bound, comparison: "<" | ">"): (readonly [Comparison, Value])[] =>
    value ? [[inclusive ? `${comparison}=` : comparison, value]] : [];
  return [...end(term.low, ">"), ...end(term.high, "<")];
}

function valuesOf(term: Field): Value[] {
  if (term.kind === "field") return [term.value];
  return [term.low.value, term.high.value].filter((value) => value !== undefined);
}

const isAnything = (value: Value) => value.wildcards.length > 0 && value.parts.join("") === "";
