import recheck from "recheck/lib/browser.js";
import { type Limit, TookTooLong } from "../lib/limit.ts";

/** An expression as it is run. */
export interface Expression {
  readonly pattern: string;
  /** With `y` when it is tried at the start of a line alone. */
  readonly flags: string;
}

/** How an expression runs away. */
export interface Runaway {
  /** The line, in parts: `"a" × 31 + "!"`. */
  readonly line: string;
  /** `exponential`, or `2nd degree polynomial`. */
  readonly growth: string;
}

/** What the analysis of an expression may take, in ms. */
const ANALYSIS = 5_000;
/** What a line may take, in ms: then the engine stops the expression. */
const SLOW = 250;
/** Longer lines, in characters, are rare. */
const LONG = 64_000;
/** In place of a line end, which no line holds. */
const OTHERS = ["!", "\0", "a", " "];

interface Part {
  readonly text: string;
  readonly times: number;
}

/**
 * Looks for a line that takes an expression too long, and tries it: what is found in theory only (with line ends,
 * or in another engine than V8) is not told. May take some seconds, and 300 MB: not for the thread of the engine.
 */
export function findRunaway({ pattern, flags }: Expression, limit: Limit): Runaway | undefined {
  const found = recheck.checkSync(pattern, flags, { timeout: ANALYSIS, attackTimeout: 500 });
  if (found.status !== "vulnerable") return undefined;
  const { pumps, suffix, base } = found.attack;
  const pumped = pumps.reduce((sum, { pump }) => sum + pump.length, 0);
  const most = Math.max(1, Math.floor(LONG / Math.max(1, pumped)));
  // What is worked out is in steps of another engine than V8.
  for (let times = Math.max(1, Math.min(base, most)); times <= most; times *= 4) {
    const parts: Part[] = [
      ...pumps.flatMap(({ prefix, pump, bias }) => [
        { text: prefix, times: 1 },
        { text: pump, times: times + bias },
      ]),
      { text: suffix, times: 1 },
    ];
    const line = withoutLineEnds(parts).find((one) => isSlow(pattern, flags, one, limit));
    if (line) return { line: shapeOf(line), growth: found.complexity.summary };
  }
  return undefined;
}

function withoutLineEnds(parts: readonly Part[]): readonly (readonly Part[])[] {
  const ends = /[\n\r\u2028\u2029]/g;
  if (!parts.some(({ text }) => text.search(ends) >= 0)) return [parts];
  return OTHERS.map((other) =>
    parts.map(({ text, times }) => ({ text: text.replaceAll(ends, other), times })),
  );
}

function isSlow(pattern: string, flags: string, parts: readonly Part[], limit: Limit): boolean {
  const line = parts.map(({ text, times }) => text.repeat(times)).join("");
  const expression = new RegExp(pattern, flags);
  // Twice: the machine may have been busy once.
  for (let time = 0; time < 2; time++) {
    expression.lastIndex = 0;
    try {
      limit.run(() => expression.test(line), SLOW);
      return false;
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
    }
  }
  return true;
}

function shapeOf(parts: readonly Part[]): string {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part.text === "" || part.times === 0) continue;
    if (last?.text === part.text) merged[merged.length - 1] = { ...last, times: last.times + part.times };
    else merged.push(part);
  }
  return merged
    .map(({ text, times }) => `${JSON.stringify(text)}${times > 1 ? ` × ${times}` : ""}`)
    .join(" + ");
}
