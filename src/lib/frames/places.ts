import type { CodeLink } from "./link.ts";
import { fileOf } from "./urls.ts";

/** Endings of files that hold code, or what programs read at a line. */
const ENDINGS =
  "jsx|mjsx?|cjs|js|tsx|mts|cts|ts|vue|svelte|astro|pyx|pyi|py|java|kts|kt|scala|groovy|clj|csx|cshtml|razor|cs|fsx|fs|vb|" +
  "go|rs|phtml|php|erb|rake|rb|cc|cpp|cxx|c|hpp|hh|hxx|h|mm|m|swift|dart|exs|ex|erl|hs|lua|pl|pm|jl|sql|sh|ps1|html|" +
  "scss|css|less|jsonc|json|yaml|yml|toml|xml|proto|tf|zig|nim";
/**
 * The end of a file's name and its line, as languages write it: `.js:1:2`, `.py", line 1`, `.cs:line 1` (the word
 * in the system's language), `.php(1)`, `.ts(1,2)`, `.php on line 1`. Nothing in it repeats without a bound.
 */
const PLACE = new RegExp(
  `\\.(?:${ENDINGS})(?:\\?[\\w=&.-]{1,80})?` +
    '(?::(\\d{1,7})(?::(\\d{1,6}))?|"?, lines? (\\d{1,7})|\\((\\d{1,7})(?:, ?(\\d{1,6}))?\\)|:\\p{L}{1,12} (\\d{1,7})| on line (\\d{1,7}))(?!\\d)',
  "giu",
);
/** Longest path that is looked for, in UTF-16 units. */
const LONGEST = 1_024;
const ROOTED = /^(?:[/\\.~]|[A-Za-z]:[\\/]|[A-Za-z][\w+.-]*:\/\/)/;
const STOPS = " \t\n\r\"'`<>|*=,;\u00a0";
const OPEN = "([{";
const CLOSED = ")]}";

/** Places of the form path and line, in whatever language's writing. Takes time as the text is long. */
export function placesIn(text: string, most: number): CodeLink[] {
  const links: CodeLink[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    if (links.length >= most) break;
    const [whole, line, column, quoted, called, calledColumn, worded, on] = match;
    const to = match.index + whole.length;
    const before = text.slice(Math.max(end, match.index - LONGEST), match.index);
    const number = Number(line ?? quoted ?? called ?? worded ?? on);
    const last = column ?? calledColumn;
    const reach =
      quoted !== undefined
        ? behind(before, '"')
        : worded !== undefined || on !== undefined
          ? behind(before, " in ")
          : undefined;
    const start = before.length - (reach ?? (text[to] === ")" ? parenthesis(before) : word(before)));
    const query = whole.search(/[?:"(, ]/);
    const file = fileOf(before.slice(start) + whole.slice(0, query < 0 ? whole.length : query));
    end = to;
    if (!file || number === 0) continue;
    links.push({
      from: match.index - (before.length - start),
      to,
      ...file,
      line: number,
      ...(last !== undefined && { column: Number(last) }),
    });
  }
  return links;
}

/** How much of the text's end stands behind the last `mark` of its last line; undefined: there is none. */
function behind(text: string, mark: string): number | undefined {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const at = line.lastIndexOf(mark);
  return at < 0 ? undefined : line.length - at - mark.length;
}

/** The same behind the parenthesis that is open at its end; a path there may hold spaces, and parentheses. */
function parenthesis(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const character = text[at] as string;
    if (character === "\n") break;
    if (character === ")") depth++;
    else if (character === "(" && depth-- === 0) {
      return ROOTED.test(text.slice(at + 1)) ? text.length - at - 1 : word(text);
    }
  }
  return word(text);
}

/** The same of its last word. */
function word(text: string): number {
  let depth = 0;
  let at = text.length;
  for (; at > 0; at--) {
    const character = text[at - 1] as string;
    if (STOPS.includes(character)) break;
    if (CLOSED.includes(character)) depth++;
    else if (OPEN.includes(character) && depth-- === 0) break;
  }
  return text.length - at;
}
