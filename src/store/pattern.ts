import type { Value } from "./lexer.ts";

/** Whether a text fits; the cost grows with the text, not with a power of it. */
export type Pattern = (text: string) => boolean;

/** One character, of one or two UTF-16 units; no text is one in two ways, or many of them took for ever. */
const CHARACTER =
  "(?:[\\ud800-\\udbff][\\udc00-\\udfff]|[^\\ud800-\\udbff]|[\\ud800-\\udbff](?![\\udc00-\\udfff]))";

/** Takes texts that have the value somewhere. */
export function contains(value: Value): Pattern {
  return pattern(value, false);
}

/** Takes texts that are the value from end to end. */
export function equals(value: Value): Pattern {
  return pattern(value, true);
}

/**
 * Each run between two `*` is looked for behind the one before it: the nearest place is always the best.
 * Case does not count for A to Z; of other letters it does.
 */
function pattern(value: Value, whole: boolean): Pattern {
  const runs = [""];
  for (const [i, part] of value.parts.entries()) {
    const mark = i > 0 ? value.wildcards[i - 1] : undefined;
    if (mark === "*") runs.push("");
    else if (mark === "?") runs[runs.length - 1] += CHARACTER;
    runs[runs.length - 1] += literal(part);
  }
  if (!whole && runs.length === 1) {
    const expression = new RegExp(runs[0] ?? "");
    return (text) => expression.test(text);
  }
  const last = runs.length - 1;
  const expressions = runs.map((run, i) => {
    const start = whole && i === 0 ? "^" : "";
    const end = whole && i === last ? "$" : "";
    return new RegExp(`${start}(?:${run})${end}`, "g");
  });
  return (text) => {
    let from = 0;
    for (const expression of expressions) {
      expression.lastIndex = from;
      if (!expression.test(text)) return false;
      from = expression.lastIndex;
    }
    return true;
  };
}

function literal(text: string): string {
  return text
    .replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
    .replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
