import { LEVELS } from "../model.ts";
import { type Filter, parseQuery } from "./language.ts";
import { type Bound, type Comparison, queryError, type Term, type Value } from "./lexer.ts";
import { OFFSETS } from "./schema.ts";

/** An SQL condition on the table `rows` of a segment; its parameters in the order of their question marks. */
export interface Condition {
  readonly where: string;
  readonly params: readonly (string | number)[];
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  warning: "warn",
  err: "error",
  crit: "fatal",
  critical: "fatal",
  information: "info",
  notice: "info",
};

/**
 * Turns a query (see parseQuery) into a condition. `source`, `file`, `level`, `status`, `message`, `raw`,
 * `error` and `time` are columns; any other name is a field (`fields.source` for one that a column hides).
 * Words, `message`, `raw` and `error` look for a part; fields for the whole value, unless it has wildcards.
 * Case counts for neither (of A to Z). A missing field is never equal, so `-status:200` takes it.
 * Throws UserError with the place marked.
 */
export function compileQuery(query: string): Condition {
  const params: (string | number)[] = [];
  const where = sqlOf(parseQuery(query), createTerms(query, params));
  return { where, params };
}

function sqlOf(filter: Filter, term: (term: Term) => string): string {
  switch (filter.kind) {
    case "not":
      return `(${sqlOf(filter.filter, term)} IS NOT TRUE)`;
    case "term":
      return `(${term(filter.term)})`;
    case "and":
      return filter.filters.length === 0
        ? "TRUE"
        : `(${filter.filters.map((f) => sqlOf(f, term)).join(" AND ")})`;
    case "or":
      return `(${filter.filters.map((f) => sqlOf(f, term)).join(" OR ")})`;
  }
}

/** An SQL expression; each use of it binds its parameters anew, in the order in which uses are written. */
type Expression = () => string;

function createTerms(query: string, params: (string | number)[]): (term: Term) => string {
  const bind = (value: string | number) => {
    params.push(value);
    return "?";
  };
  const column =
    (name: string): Expression =>
    () =>
      name;

  function contains(x: Expression, value: Value): string {
    return `${x()} LIKE ${bind(`%${likeOf(value)}%`)} ESCAPE '\\'`;
  }

  function equals(x: Expression, value: Value): string {
    const text = value.parts.join("");
    if (value.wildcards.length > 0) {
      if (text === "" && value.wildcards.every((mark) => mark === "*")) return `${x()} IS NOT NULL`;
      return `CAST(${x()} AS TEXT) LIKE ${bind(likeOf(value))} ESCAPE '\\'`;
    }
    const same = `CAST(${x()} AS TEXT) = ${bind(text)} COLLATE NOCASE`;
    if (value.quoted || !NUMBER.test(text)) return same;
    return `${same} OR (typeof(${x()}) IN ('integer', 'real') AND ${x()} = ${bind(Number(text))})`;
  }

  /** Numbers compare with numbers and with texts that are one; other values with texts, by code point. */
  function compares(x: Expression, comparison: Comparison, text: string): string {
    if (!NUMBER.test(text)) return `typeof(${x()}) = 'text' AND ${x()} ${comparison} ${bind(text)}`;
    const number = Number(text);
    const digits = () => `ltrim(${x()}, '-')`;
    return `CASE typeof(${x()}) WHEN 'integer' THEN ${x()} ${comparison} ${bind(number)}
      WHEN 'real' THEN ${x()} ${comparison} ${bind(number)}
      WHEN 'text' THEN ${digits()} GLOB '[0-9]*' AND NOT ${digits()} GLOB '*[^0-9.]*' AND NOT ${x()} GLOB '*.*.*'
        AND NOT ${x()} GLOB '--*' AND CAST(${x()} AS REAL) ${comparison} ${bind(number)} END`;
  }

  /** A field's value: text, number, 'true', 'false', or the JSON of a list or object. */
  function field(name: string, at: number): Expression {
    if (/["\\]/.test(name)) throw queryError(query, at, "a field's name can't hold quotes or backslashes");
    const pathOf = (keys: readonly string[]) => `$${keys.map((key) => `."${key}"`).join("")}`;
    const readField = (path: string) =>
      `CASE json_type(fields, ${bind(path)}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
        ELSE json_extract(fields, ${bind(path)}) END`;
    const whole = pathOf([name]);
    if (!name.includes(".")) return () => readField(whole);
    const nested = pathOf(name.split("."));
    return () => `coalesce(${readField(whole)}, ${readField(nested)})`;
  }

  const plainOf = (term: Exclude<Term, { kind: "text" }>, value: Value): string => {
    if (value.wildcards.length > 0) throw queryError(query, term.at, "a wildcard can't be compared");
    return value.parts.join("");
  };

  /** The term over a column of numbers, its values read by `number`. */
  function numeric(
    name: string,
    term: Exclude<Term, { kind: "text" }>,
    number: (text: string) => number,
  ): string {
    if (term.kind === "range") {
      const ends = boundsOf(term.low, term.high).map(
        ([comparison, value]) => `${name} ${comparison} ${bind(number(plainOf(term, value)))}`,
      );
      return [`${name} IS NOT NULL`, ...ends].join(" AND ");
    }
    if (term.comparison === "=" && term.value.wildcards.length > 0) return equals(column(name), term.value);
    return `${name} ${term.comparison} ${bind(number(plainOf(term, term.value)))}`;
  }

  function general(x: Expression, term: Exclude<Term, { kind: "text" }>): string {
    if (term.kind === "range") {
      const ends = boundsOf(term.low, term.high).map(
        ([comparison, value]) => `(${compares(x, comparison, plainOf(term, value))})`,
      );
      return ends.length === 0 ? `${x()} IS NOT NULL` : ends.join(" AND ");
    }
    if (term.comparison === "=") return equals(x, term.value);
    return compares(x, term.comparison, plainOf(term, term.value));
  }

  function levelOf(at: number): (text: string) => number {
    return (text) => {
      const name = text.toLowerCase();
      const level = (LEVELS as readonly string[]).indexOf(LEVEL_NAMES[name] ?? name);
      if (level < 0) throw queryError(query, at, `"${text}" is no level: write one of ${LEVELS.join(", ")}`);
      return level;
    };
  }

  function timeOf(at: number): (text: string) => number {
    return (text) => {
      const time = NUMBER.test(text) && text.length > 4 ? Number(text) : Date.parse(text);
      if (Number.isNaN(time)) {
        throw queryError(
          query,
          at,
          `"${text}" is no time: write 2024-05-01T12:30:00Z or milliseconds since 1970`,
        );
      }
      return time;
    };
  }

  const files = (condition: string) =>
    `(rows.id / ${OFFSETS}) IN (SELECT serial FROM files WHERE ${condition})`;

  return (term) => {
    if (term.kind === "text") return contains(column("raw"), term.value);
    const part = term.kind === "field" && term.comparison === "=" && !isAnything(term.value);
    switch (term.field) {
      case "source":
        return files(general(column("source"), term));
      case "file":
        if (!part) return files(general(column("path"), term));
        return files(
          `path LIKE ${bind(likeOf(term.value))} ESCAPE '\\' OR path LIKE ${bind(`%/${likeOf(term.value)}`)} ESCAPE '\\'
            OR path LIKE ${bind(`%\\\\${likeOf(term.value)}`)} ESCAPE '\\'`,
        );
      case "level":
        if (part && term.value.wildcards.length > 0)
          throw queryError(query, term.at, "a level has no wildcards");
        return numeric("level", term, levelOf(term.at));
      case "time":
        return numeric("time", term, timeOf(term.at));
      case "status":
        // A status that is no number stands in the fields only.
        if (
          valuesOf(term).every((value) => value.wildcards.length > 0 || NUMBER.test(value.parts.join("")))
        ) {
          return numeric("status", term, Number);
        }
        return general(field("status", term.at), term);
      case "message":
      case "raw": {
        const x: Expression = term.field === "raw" ? column("raw") : column("coalesce(message, raw)");
        return part ? contains(x, term.value) : general(x, term);
      }
      case "error": {
        // Logs have fields of this name too.
        const own = field("error", term.at);
        return part
          ? `${contains(column("error"), term.value)} OR ${contains(own, term.value)}`
          : `(${general(column("error"), term)}) OR (${general(own, term)})`;
      }
      default:
        return general(field(term.field.replace(/^fields\./, ""), term.at), term);
    }
  };
}

function boundsOf(low: Bound, high: Bound): (readonly [Comparison, Value])[] {
  const ends: (readonly [Comparison, Value])[] = [];
  if (low.value) ends.push([low.inclusive ? ">=" : ">", low.value]);
  if (high.value) ends.push([high.inclusive ? "<=" : "<", high.value]);
  return ends;
}

function valuesOf(term: Exclude<Term, { kind: "text" }>): Value[] {
  if (term.kind === "field") return [term.value];
  return [term.low.value, term.high.value].filter((value) => value !== undefined);
}

const isAnything = (value: Value) => value.wildcards.length > 0 && value.parts.join("") === "";

/** The LIKE pattern of a value, `\` being the escape. */
function likeOf(value: Value): string {
  let pattern = "";
  for (const [i, part] of value.parts.entries()) {
    if (i > 0) pattern += value.wildcards[i - 1] === "*" ? "%" : "_";
    pattern += part.replace(/[\\%_]/g, "\\$&");
  }
  return pattern;
}
