import { tokenize } from "./lexer.ts";

/** Longer values are written by their beginning, in UTF-16 units. */
export const LONGEST = 200;
const BARE_NAME = /^[A-Za-z_@$][\w.@$-]*$/;
const BARE_VALUE = /^[\w./:@%+,-]+$/;
/** What a line of input can't hold. */
const LINE_ENDS = /[\r\n]/;
/** Names that a query reads otherwise than as a field of the log. */
const HIDDEN: readonly string[] = ["source", "file", "level", "message", "raw", "time"];

/** A field of a log as a query names it, in one line; undefined when that can't be. */
export function nameWritten(name: string): string | undefined {
  const own = HIDDEN.includes(name) || name.startsWith("fields.") ? `fields.${name}` : name;
  if (BARE_NAME.test(own)) return own;
  return own === "" || LINE_ENDS.test(own) ? undefined : quoted(own);
}

/** A value behind a field's name as a query writes it, in one line: the query takes it, and hardly any other. */
export function valueWritten(value: string): string {
  if (value.length <= LONGEST && !LINE_ENDS.test(value)) return isBare(value) ? value : quoted(value);
  const short = value.length > LONGEST;
  const beginning = short ? wholePoints(value.slice(0, LONGEST)) : value;
  const text = [...beginning].map((char, i) => {
    // At the beginning a slash could be that of an expression or address.
    if (LINE_ENDS.test(char) || (i === 0 && char === "/")) return "?";
    return /[\s*?\\"'():[\]{}<>=-]/.test(char) ? `\\${char}` : char;
  });
  return `${text.join("")}${short ? "*" : ""}`;
}

function isBare(value: string): boolean {
  if (!BARE_VALUE.test(value)) return false;
  const [token, ...others] = tokenize(`f:${value}`);
  if (token?.type !== "term" || others.length > 0 || token.term.kind !== "field") return false;
  const { parts, wildcards } = token.term.value;
  return wildcards.length === 0 && parts[0] === value && token.term.comparison === "=";
}

/** Any text in quotes, as a query reads it. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** Without half a code point at its end. */
function wholePoints(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
