/**
 * The part of a query that takes the records whose field has a value, whatever the value holds. A query is one line:
 * in place of a line end it takes any character.
 */
export function termFor(name: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    // A slash at the beginning could be that of an expression.
    const text = value.replace(SPECIAL, "\\$&").replace(/^\/|[\r\n]/g, "?");
    return `${named(name)}:${text}`;
  }
  return `${named(name)}:${BARE.test(value) ? value : quoted(value)}`;
}

/** The part of a query that takes the records whose field is at least a number. */
export function fromTerm(name: string, least: number): string {
  return `${named(name)}:>=${least}`;
}

/** Whether a query has a term, as it is or with a minus. */
export function roleOf(query: string, term: string): "included" | "excluded" | undefined {
  const at = placeOf(query, term);
  if (at === undefined) return undefined;
  return query[at - 1] === "-" ? "excluded" : "included";
}

/**
 * A query, and a term beside it; a query that has it already loses it, or gets it the other way round.
 * What the query asks for stays in force: where it has an OR, that is put into parentheses.
 */
export function toggled(query: string, term: string, exclude: boolean): string {
  if (term.startsWith("-")) return toggled(query, term.slice(1), !exclude);
  const role = roleOf(query, term);
  const rest = role === undefined ? query : without(query, term);
  if (rest !== undefined && role === (exclude ? "excluded" : "included")) return rest;
  const text = (rest ?? query).trim();
  const added = exclude ? `-${term}` : term;
  if (text === "") return added;
  const bare = text.replace(PHRASE, "");
  // A backslash at the end would take the meaning from what follows.
  const whole = /(?:^|[^\\])(?:\\\\)*\\$/.test(bare) ? `${text}\\` : text;
  return /(?:^|[\s()])OR(?:$|[\s()])/.test(bare) ? `(${whole} ) ${added}` : `${whole} ${added}`;
}

const PHRASE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs;
/** A word, or a whole number as there is one way only to write it. */
const BARE = /^(?:[A-Za-z][\w-]*|0|[1-9]\d{0,14})$/;
/** What means something in a value without quotes, line ends aside. */
const SPECIAL = /[^\S\r\n]|[*?\\"'():[\]{}<>=-]/g;
const NAME = /^[A-Za-z_@$][\w.@$-]*$/;

function named(name: string): string {
  return NAME.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Where a term stands by itself. */
function placeOf(query: string, term: string): number | undefined {
  for (let at = query.lastIndexOf(term); at >= 0; at = at === 0 ? -1 : query.lastIndexOf(term, at - 1)) {
    if (/(?:^|[\s(])-?$/.test(query.slice(0, at)) && /^(?:$|[\s)])/.test(query.slice(at + term.length)))
      return at;
  }
  return undefined;
}

/** The query without a term; undefined where other words hang on it. */
function without(query: string, term: string): string | undefined {
  const at = placeOf(query, term) ?? 0;
  const start = query[at - 1] === "-" ? at - 1 : at;
  const [before, after] = [query.slice(0, start).trimEnd(), query.slice(at + term.length).trimStart()];
  if (/(?:^|\s)(?:AND|OR|NOT)$/.test(before) || /^(?:AND|OR)\s/.test(after)) return undefined;
  if (before.endsWith("(") && after.startsWith(")")) return undefined;
  return [before, after].filter((part) => part !== "").join(" ");
}
