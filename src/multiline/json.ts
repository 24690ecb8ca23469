import type { Judge } from "./judge.ts";

/** What may follow a bracket of JSON on its line; a thread in brackets does not. */
const OPENS = /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[[{"\]\d-]|(?:true|false|null)\b|$))/;
/** The rest of a value whose beginning is a group of its own. */
const REST = /^(?:[\t ]|[}\]])/;

/** Values of JSON over several lines: to where the braces and brackets outside strings are in balance. */
export function createJson(): Judge {
  let depth = 0;
  let rest = false;
  return {
    get ended() {
      return depth <= 0 && !rest;
    },
    begin(line) {
      depth = OPENS.test(line) ? balance(line) : 0;
      rest = depth <= 0 && !OPENS.test(line) && REST.test(line);
    },
    continues(line) {
      if (rest) return REST.test(line);
      depth += balance(line);
      return true;
    },
  };
}

/** How many braces and brackets a line opens more than it closes. A string of JSON ends on its line. */
function balance(line: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    else if (quoted) at += code === 0x5c ? 1 : 0;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return depth;
}
