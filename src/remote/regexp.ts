/** What an expression has that those of an index lack, in words for people. */
export class Untranslatable extends Error {
  override name = "Untranslatable";
}

/** Longest expression that a server takes (`index.max_regex_length`). */
const LONGEST = 1000;
const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: " \t\n\r\f\v\u00a0\u2028\u2029\ufeff",
};
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", "0": "\0" };
/** What a point of JavaScript is not. */
const POINT = "[^\n\r\u2028\u2029]";

/**
 * An expression of JavaScript that compiles, as one of Lucene's, which fits a text as a whole: written after "Regular
 * expression syntax" of the reference of Elasticsearch.
 * @throws Untranslatable for what has no counterpart there
 */
export function luceneOf(source: string): string {
  const alternatives: string[] = [];
  let text = "";
  let [at, depth, begun, starts, ends] = [0, 0, false, false, false];
  const close = (): void => {
    alternatives.push(`${starts ? "" : ".*"}(${text})${ends ? "" : ".*"}`);
    [text, begun, starts, ends] = ["", false, false, false];
  };
  while (at < source.length) {
    const char = source[at] as string;
    if (ends && char !== "|") throw new Untranslatable("$ stands at the end of an expression only");
    if (char === "|" && depth === 0) close();
    else if (char === "^" && depth === 0 && !begun) starts = true;
    else if (char === "^") throw new Untranslatable("^ stands at the beginning of an expression only");
    else if (char === "$" && depth === 0) ends = true;
    else if (char === "$") throw new Untranslatable("$ stands at the end of an expression only");
    else {
      const { written, length } = pieceAt(source, at);
      depth += written === "(" ? 1 : written === ")" ? -1 : 0;
      text += written;
      begun = true;
      at += length - 1;
    }
    at++;
  }
  close();
  const whole = alternatives.join("|");
  if (whole.length > LONGEST) throw new Untranslatable(`it is longer than ${LONGEST} characters there`);
  return whole;
}

interface Piece {
  readonly written: string;
  /** Of what it was written for. */
  readonly length: number;
}

function pieceAt(source: string, at: number): Piece {
  const rest = source.slice(at);
  const char = rest[0] as string;
  if (char === "\\") return escapeOf(rest);
  if (char === "[") return classOf(rest);
  if (char === ".") return { written: POINT, length: 1 };
  if (char === "(") {
    const [group] = /^\((?:\?:|\?<(?![=!])[^>]*>)?(?!\?)/.exec(rest) ?? [];
    if (group === undefined) throw new Untranslatable("an index can't look ahead or behind");
    return { written: "(", length: group.length };
  }
  if (char === ")" || char === "|") return { written: char, length: 1 };
  const [repeat, times] = /^([*+?]|\{\d+(?:,\d*)?\})\??/.exec(rest) ?? [];
  if (repeat !== undefined && times !== undefined) return { written: times, length: repeat.length };
  return { written: literal(char), length: 1 };
}

function escapeOf(rest: string): Piece {
  const char = rest[1] ?? "";
  const kind = CLASSES[char.toLowerCase()];
  if (kind !== undefined)
    return { written: char === char.toLowerCase() ? `[${kind}]` : `[^${kind}]`, length: 2 };
  const { text, length } = characterOf(rest);
  return { written: literal(text), length };
}

/** What an escape of one character stands for. */
function characterOf(rest: string): { readonly text: string; readonly length: number } {
  const [code, hex] = /^\\(?:x([0-9a-f]{2})|u[0-9a-f]{4})/i.exec(rest) ?? [];
  if (code !== undefined)
    return { text: String.fromCharCode(Number.parseInt(hex ?? code.slice(2), 16)), length: code.length };
  const char = rest[1] ?? "";
  if (Object.hasOwn(CONTROLS, char) && !/^\\0\d/.test(rest)) return { text: CONTROLS[char] ?? "", length: 2 };
  if (/[A-Za-z0-9]/.test(char)) throw new Untranslatable(`an index has no \\${char}`);
  return { text: char, length: 2 };
}

function classOf(rest: string): Piece {
  const negated = rest[1] === "^";
  let written = "";
  let at = negated ? 2 : 1;
  for (; at < rest.length && rest[at] !== "]"; at++) {
    const char = rest[at] as string;
    if (char === "-") {
      const between = rest[at - 1] !== (negated ? "^" : "[") && rest[at + 1] !== "]";
      written += between ? "-" : "\\-";
    } else if (char !== "\\") written += literal(char);
    else {
      const kind = CLASSES[rest[at + 1] ?? ""];
      if (kind === undefined && /[DWS]/.test(rest[at + 1] ?? ""))
        throw new Untranslatable(`an index has no [\\${rest[at + 1]}]`);
      const found = kind === undefined ? characterOf(rest.slice(at)) : { text: kind, length: 2 };
      written += kind ?? literal(found.text);
      at += found.length - 1;
    }
  }
  if (written === "") throw new Untranslatable("an index has no class without characters");
  return { written: `[${negated ? "^" : ""}${written}]`, length: at + 1 };
}

/** What is no letter or digit may have a meaning there. */
const literal = (text: string): string => (/[A-Za-z0-9\s]/.test(text) || text > "\x7f" ? text : `\\${text}`);
