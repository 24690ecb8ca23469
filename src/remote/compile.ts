import { isIP } from "node:net";
import { UserError } from "../errors.ts";
import { secondsOfText } from "../lib/duration-text.ts";
import { LEVELS, type Level } from "../model.ts";
import { compileExpression } from "../store/expression.ts";
import { type Filter, parseQuery } from "../store/language.ts";
import { type Comparison, type Expression, queryError, type Term, type Value } from "../store/lexer.ts";
import { boundsOf, LEVEL_NAMES, levelOf, literalOf, NUMBER, timeOf } from "../store/query.ts";
import {
  ALL,
  and,
  type Clause,
  containing,
  equalling,
  exists,
  hasAny,
  isAnything,
  NONE,
  NotAsked,
  not,
  or,
} from "./clause.ts";
import type { Mapped, Mapping } from "./mapping.ts";
import { luceneOf, Untranslatable } from "./regexp.ts";

type Field = Extract<Term, { kind: "field" | "range" }>;

/** Servers take a thousand clauses in one query or so (`indices.query.bool.max_clause_count`). */
const MOST_CLAUSES = 800;
const OPERATORS: Readonly<Record<Exclude<Comparison, "=">, string>> = {
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
};

/**
 * Turns a query (see parseQuery) into a clause for the documents of an index, which means what `compileQuery` has it
 * mean for the store, as nearly as the mappings allow.
 * @param zone see parseQuery
 * @throws UserError for what is wrong with it, or can't be asked of the index, with the place marked
 */
export function compileRemote(query: string, mapping: Mapping, zone?: string): Clause {
  const filter = parseQuery(query, zone);
  const words = Math.max(1, countWords(filter));
  return clauseOf(filter, { query, mapping, texts: Math.max(4, Math.floor(MOST_CLAUSES / words)) });
}

interface Context {
  readonly query: string;
  readonly mapping: Mapping;
  /** So many fields a word is looked for in. */
  readonly texts: number;
}

function countWords(filter: Filter): number {
  if (filter.kind === "not") return countWords(filter.filter);
  if (filter.kind !== "term") return filter.filters.reduce((sum, one) => sum + countWords(one), 0);
  const { term } = filter;
  return term.kind === "text" || term.field === undefined || term.field === "raw" ? 1 : 0;
}

function clauseOf(filter: Filter, context: Context): Clause {
  switch (filter.kind) {
    case "not":
      return not(clauseOf(filter.filter, context));
    case "and":
      return and(filter.filters.map((one) => clauseOf(one, context)));
    case "or":
      return or(filter.filters.map((one) => clauseOf(one, context)));
    case "term":
      try {
        return termOf(filter.term, context);
      } catch (error) {
        if (!(error instanceof NotAsked)) throw error;
        throw queryError(context.query, filter.term.at, error.message);
      }
  }
}

function termOf(term: Term, context: Context): Clause {
  const { mapping, query } = context;
  const { layout } = mapping;
  if (term.kind === "text") return inLine(term.value, context);
  if (term.kind === "expression") return byExpression(term, context);
  const part = term.kind === "field" && term.comparison === "=";
  const own = (path: string | undefined): Clause => {
    const mapped = mapping.at(path);
    return mapped ? general(term, mapped, query) : NONE;
  };
  switch (term.field) {
    case "source":
      return own(layout.source);
    case "file": {
      const file = mapping.at(layout.file);
      if (!part || isAnything(term.value) || !file) return own(layout.file);
      const { parts, wildcards } = term.value;
      const behind = (separator: string): Value => ({
        parts: ["", separator + (parts[0] ?? ""), ...parts.slice(1)],
        wildcards: ["*", ...wildcards],
        quoted: false,
      });
      return or([term.value, behind("/"), behind("\\")].map((value) => equalling(value, file)));
    }
    case "level":
      return byLevel(term, context);
    case "time":
      return byTime(term, context);
    case "raw":
      return part ? inLine(term.value, context) : own(layout.raw);
    case "message": {
      const message = mapping.at(layout.message);
      return part && message ? containing(term.value, message) : own(layout.message);
    }
    case "error": {
      const all = [mapping.at(layout.error), ...mapping.named("error")].filter((one) => one !== undefined);
      return or(
        all.map((one) =>
          part && one.kind === "string" ? containing(term.value, one) : general(term, one, query),
        ),
      );
    }
    case "id":
      return byId(term, context);
    default:
      return or(mapping.named(term.field).map((mapped) => general(term, mapped, query)));
  }
}

/** A line as a whole is not in every index; its message and fields are. */
function inLine(value: Value, { mapping, texts }: Context): Clause {
  const raw = mapping.at(mapping.layout.raw);
  if (raw) return containing(value, raw);
  if (isAnything(value)) return ALL;
  const found = mapping.texts.slice(0, texts).map((mapped) => containing(value, mapped));
  const text = value.parts.join("");
  const number = value.wildcards.length === 0 && NUMBER.test(text) ? mapping.numbers.slice(0, texts) : [];
  return or([...found, ...number.map((mapped) => equalsNumber(mapped, Number(text)))]);
}

function byLevel(term: Field, { mapping, query }: Context): Clause {
  if (term.kind === "field" && term.comparison === "=" && term.value.wildcards.length > 0) {
    if (isAnything(term.value)) return hasLevel(mapping, LEVELS);
    throw queryError(query, term.at, "a level has no wildcards");
  }
  const rank = levelOf(query, term.at);
  const tests = boundsOf(term).map(([comparison, value]) => {
    const bound = rank(literalOf(value, term, query));
    return (level: number) => {
      if (comparison === "=") return level === bound;
      if (comparison === ">") return level > bound;
      if (comparison === ">=") return level >= bound;
      return comparison === "<" ? level < bound : level <= bound;
    };
  });
  return hasLevel(
    mapping,
    LEVELS.filter((_, i) => tests.every((test) => test(i))),
  );
}

/** Documents of some levels, however those are written. */
export function hasLevel(mapping: Mapping, levels: readonly Level[]): Clause {
  const mapped = mapping.at(mapping.layout.level);
  const field = mapped?.whole ?? mapped?.words;
  if (field === undefined || levels.length === 0) return NONE;
  const others = Object.entries(LEVEL_NAMES).flatMap(([name, level]) =>
    levels.includes(level as Level) ? [name] : [],
  );
  const names = [...levels, ...others].flatMap((name) => [
    name,
    name.toUpperCase(),
    (name[0] ?? "").toUpperCase() + name.slice(1),
  ]);
  return { terms: { [field]: names } };
}

function byTime(term: Field, { mapping, query }: Context): Clause {
  const { time } = mapping.layout;
  if (term.kind === "field" && term.comparison === "=" && term.value.wildcards.length > 0) {
    if (isAnything(term.value)) return ALL;
    throw queryError(query, term.at, "a time has no wildcards in a remote index: use a range");
  }
  if (time === undefined) throw queryError(query, term.at, "the documents of this index have no time");
  const moment = timeOf(query, term.at);
  return and(
    boundsOf(term).map(([comparison, value]) =>
      timeRange(time, comparison, moment(literalOf(value, term, query))),
    ),
  );
}

/** A time is its millisecond, also where the index knows it more finely. */
function timeRange(field: string, comparison: Comparison, at: number): Clause {
  const bounds = {
    "=": { gte: at, lt: at + 1 },
    ">": { gte: at + 1 },
    ">=": { gte: at },
    "<": { lt: at },
    "<=": { lt: at + 1 },
  }[comparison];
  return { range: { [field]: { ...bounds, format: "epoch_millis" } } };
}

function byId(term: Field, { mapping, query }: Context): Clause {
  const own = [mapping.at(mapping.layout.id), ...mapping.named("id")].filter((one) => one !== undefined);
  const fields = own.map((mapped) => general(term, mapped, query));
  if (term.kind !== "field" || term.comparison !== "=")
    throw queryError(query, term.at, "an id can't be compared in a remote index");
  if (isAnything(term.value)) return ALL;
  if (term.value.wildcards.length > 0)
    throw queryError(query, term.at, "an id has no wildcards in a remote index");
  return or([{ ids: { values: [term.value.parts.join("")] } }, ...fields]);
}

function byExpression(term: Expression, { mapping, query, texts }: Context): Clause {
  const { field = "raw", flags } = term;
  if (field === "time")
    throw queryError(query, term.at, "a time has no expressions: compare it, or use a range");
  try {
    compileExpression(term);
    const value = luceneOf(term.source);
    const in_ = (mapped: Mapped): Clause => {
      if (mapped.kind === "string" && mapped.whole !== undefined)
        return { regexp: { [mapped.whole]: { value, ...(flags === "i" && { case_insensitive: true }) } } };
      if (mapped.kind === "string")
        throw new NotAsked(`${mapped.path} is indexed by its words alone, which have no expressions`);
      throw new NotAsked(`${mapped.path} is no text in the index, and has no expressions: compare it`);
    };
    const { layout } = mapping;
    const line = mapping.at(layout.raw);
    if (field === "raw") return or((line ? [line] : mapping.texts.slice(0, texts)).map(in_));
    const paths: Readonly<Record<string, string | undefined>> = layout as never;
    const own = ["source", "file", "level", "message", "error"].includes(field)
      ? mapping.at(paths[field])
      : undefined;
    return or([...(own ? [own] : []), ...(own && field !== "error" ? [] : mapping.named(field))].map(in_));
  } catch (error) {
    if (error instanceof Untranslatable)
      throw queryError(query, term.at, `this expression can't be asked of a remote index: ${error.message}`);
    throw error instanceof UserError && !error.message.includes("\n")
      ? queryError(query, term.at, error.message)
      : error;
  }
}

function general(term: Field, mapped: Mapped, query: string): Clause {
  const { kind, path } = mapped;
  if (kind === "mixed")
    throw new NotAsked(
      `${path} is of several types in the indexes that are searched, and can't be asked for`,
    );
  if (term.kind === "field" && term.comparison === "=") return equality(term.value, mapped);
  return and(
    boundsOf(term).map(([comparison, value]) => compared(comparison, literalOf(value, term, query), mapped)),
  );
}

function equality(value: Value, mapped: Mapped): Clause {
  const { kind, path } = mapped;
  if (kind === "string") return equalling(value, mapped);
  if (isAnything(value)) return hasAny(mapped);
  const text = value.parts.join("");
  if (value.wildcards.length > 0) {
    if (kind === "boolean") throw new NotAsked(`${path} is true or false, and has no wildcards`);
    if (kind === "whole") return beginning(value, path);
    const remedy = kind === "ip" ? `write ${path}:10.0.0.0/8` : "compare it, or use a range";
    throw new NotAsked(`${path} is no text in the index, and has no wildcards there: ${remedy}`);
  }
  switch (kind) {
    case "whole":
    case "decimal":
      if (!NUMBER.test(text) || (value.quoted && String(Number(text)) !== text)) return NONE;
      return equalsNumber(mapped, Number(text));
    case "boolean":
      return /^(?:true|false)$/i.test(text) ? { term: { [path]: text.toLowerCase() } } : NONE;
    case "date": {
      const time = Date.parse(text);
      return Number.isNaN(time) ? NONE : timeRange(path, "=", time);
    }
    default:
      return isIP(text.replace(/\/\d+$/, "")) > 0 ? { term: { [path]: text } } : NONE;
  }
}

function equalsNumber({ kind, path }: Mapped, number: number): Clause {
  if (kind === "whole" && !Number.isSafeInteger(number)) return NONE;
  return { term: { [path]: number } };
}

/** Whole numbers that begin with some digits: 5* and 5?? are ranges. */
function beginning({ parts, wildcards }: Value, path: string): Clause {
  const [digits = ""] = parts;
  if (!/^[1-9]\d*$/.test(digits) || parts.slice(1).some((part) => part !== ""))
    throw new NotAsked(
      `${path} is a number in the index, and has wildcards at its end only: compare it, or use a range`,
    );
  const open = wildcards.includes("*");
  const fewest = wildcards.filter((mark) => mark === "?").length;
  const ranges: Clause[] = [];
  for (let more = fewest; digits.length + more <= 15; more++) {
    const low = Number(digits) * 10 ** more;
    ranges.push({ range: { [path]: { gte: low, lt: low + 10 ** more } } });
    if (!open) break;
  }
  return or(ranges);
}

function compared(comparison: Comparison, text: string, mapped: Mapped): Clause {
  const { kind, path, whole } = mapped;
  if (comparison === "=") return equality({ parts: [text], wildcards: [], quoted: true }, mapped);
  const operator = OPERATORS[comparison];
  const numeric = NUMBER.test(text);
  if (kind === "whole" || kind === "decimal")
    return numeric ? { range: { [path]: { [operator]: Number(text) } } } : NONE;
  if (kind === "string") {
    if (numeric) throw new NotAsked(`${path} is text in the index, and can't be compared with numbers`);
    if (secondsOfText(text) !== undefined)
      throw new NotAsked(`${path} is text in the index, and can't be compared with durations`);
    if (whole === undefined)
      throw new NotAsked(`${path} is indexed by its words alone, and can't be compared`);
    return { range: { [whole]: { [operator]: text } } };
  }
  if (kind !== "date" || numeric) return NONE;
  const time = Date.parse(text);
  return Number.isNaN(time) ? NONE : timeRange(path, comparison, time);
}

export const timed = (mapping: Mapping): Clause =>
  mapping.layout.time === undefined ? ALL : exists(mapping.layout.time);
export { timeRange };
