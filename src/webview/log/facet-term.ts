import { fieldName, quoted } from "../search.ts";

/**
 * The part of a query that takes the records whose field has a value, whatever the value holds. A query is one line:
 * in place of a line end it takes any character.
 */
export function termFor(name: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    // A slash at the beginning could be that of an expression.
    const text = value.replace(SPECIAL, "\\$&").replace(/^\/|[\r\n]/g, "?");
    return `${fieldName(name)}:${text}`;
  }
  return `${fieldName(name)}:${BARE.test(value) ? value : quoted(value)}`;
}

/** The part of a query that takes the records whose field is at least a number. */
export function fromTerm(name: string, least: number): string {
  return `${fieldName(name)}:>=${least}`;
}

/** Whether a query has a term, as it is or with a minus or NOT; not where parentheses are negated that it stands in. */
export function roleOf(query: string, term: string): "included" | "excluded" | undefined {
  return placeOf(query, term)?.role;
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

const DOUBLE = String.raw`"(?:[^"\\]|\\.)*"`;
const SINGLE = String.raw`'(?:[^'\\]|\\.)*'`;
const BOUND = String.raw`(?:${DOUBLE}|[^\s\]}]+)`;
const PHRASE = new RegExp(`${DOUBLE}|${SINGLE}`, "gs");
/** A word, or a whole number as there is one way only to write it. */
const BARE = /^(?:[A-Za-z][\w-]*|0|[1-9]\d{0,14})$/;
/** What means something in a value without quotes, line ends aside. */
const SPECIAL = /[^\S\r\n]|[*?\\"'():[\]{}<>=-]/g;
const VALUE = [
  `[<>]?=?(?:${DOUBLE}|${SINGLE})`,
  String.raw`\/(?:[^\\/\n]|\\.)+\/i?(?=[\s)]|$)`,
  String.raw`[[{]\s*${BOUND}\s+TO\s+${BOUND}\s*[\]}]`,
].join("|");
const FIELD = String.raw`(?:(?:[A-Za-z_@$][\w.@$-]*|${DOUBLE}):)?`;
/** All that is no bare word, and of one with the name of a field this, up to its colon. */
const PIECE = new RegExp(String.raw`\s+|\)|-(?=\S)|${FIELD}(?:\(|${VALUE}|(?<=:))`, "sy");
const OPENING = new RegExp(String.raw`^${FIELD}\($`, "s");

/** Where a term stands by itself, and not within a phrase, an expression, a word or parentheses that are negated. */
function placeOf(
  query: string,
  term: string,
): { readonly at: number; readonly role: "included" | "excluded" } | undefined {
  if (!query.includes(term)) return undefined;
  let place: ReturnType<typeof placeOf>;
  /** For the parentheses that are open, whether what stands in them is negated. */
  const within = [false];
  let negated = false;
  for (let at = 0, end = 0; at < query.length; at = end) {
    end = endOf(query, at);
    const piece = query.slice(at, end);
    const outer = within.at(-1) ?? false;
    if (piece === term && !outer && standsAlone(query, at, end))
      place = { at, role: negated ? "excluded" : "included" };
    if ((piece === "-" && /\S/.test(query[end] ?? " ")) || piece === "NOT") negated = !negated;
    else if (piece.trim() !== "") {
      if (OPENING.test(piece)) within.push(outer || negated);
      else if (piece === ")" && within.length > 1) within.pop();
      negated = false;
    }
  }
  return place;
}

function standsAlone(query: string, from: number, until: number): boolean {
  return /(?:^|[\s(])-?$/.test(query.slice(0, from)) && /^(?:$|[\s)])/.test(query.slice(until));
}

/** Where the piece of a query ends that begins at a place, as the store's lexer cuts it: a term, a sign, or space. */
function endOf(query: string, at: number): number {
  PIECE.lastIndex = at;
  const [piece = ""] = PIECE.exec(query) ?? [];
  let end = at + piece.length;
  if (piece !== "" && !piece.endsWith(":")) return end;
  for (let depth = 0; end < query.length; end++) {
    const char = query[end] as string;
    if (/\s/.test(char)) break;
    if (char === "(") depth++;
    else if (char === ")" && --depth < 0) break;
    else if (char === "\\") end++;
  }
  return Math.min(end, query.length);
}

/** The query without a term; undefined where other words hang on it. */
function without(query: string, term: string): string | undefined {
  const { at } = placeOf(query, term) ?? { at: 0 };
  const start = query[at - 1] === "-" ? at - 1 : at;
  const [before, after] = [query.slice(0, start).trimEnd(), query.slice(at + term.length).trimStart()];
  if (/(?:^|\s)(?:AND|OR|NOT)$/.test(before) || /^(?:AND|OR)\s/.test(after)) return undefined;
  if (before.endsWith("(") && after.startsWith(")")) return undefined;
  return [before, after].filter((part) => part !== "").join(" ");
}
