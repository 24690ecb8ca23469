import assert from "node:assert/strict";
import { inspect, stripVTControlCharacters } from "node:util";

/** What node:test says a test failed with. */
export type Failure = Error & { exitCode?: number; cause?: unknown };

/** More characters than these of one failure push others out of what is kept of a run's output. */
const MOST = 4_000;
/** Characters of a line: values that differ in one place are known by it. */
const WIDEST = 300;

/** Why a test failed, for a reader: the message, what differs, the stack; cut in the middle where it is long. */
export function reasonOf(error: Failure | undefined): string {
  const cause = error?.cause ?? error;
  const exit = error?.exitCode ? ` (exit code ${error.exitCode})` : "";
  if (!(cause instanceof Error)) return clip((typeof cause === "string" ? cause : inspect(cause)) + exit);
  // Playwright repeats its call log, in colours, among the properties of an error.
  const own = cause.stack ?? cause.message;
  // fast-check keeps what went wrong apart from the values it went wrong with.
  const inner = cause.cause instanceof Error ? `\ncause: ${inspect(cause.cause)}` : "";
  return clip(stripVTControlCharacters(own + differenceOf(cause) + inner) + exit);
}

/** Keeps the beginning and the end of a text, and of each of its lines. */
export function clip(text: string, most = MOST): string {
  const lines = text.split("\n").map((line) => cut(line, WIDEST, " … "));
  return cut(lines.join("\n"), most, "\n…\n");
}

function cut(text: string, most: number, mark: string): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  return text.slice(0, most - end) + mark + text.slice(-end);
}

/** What an assertion with a message of its own leaves out of it. */
function differenceOf(error: Error): string {
  if (!("generatedMessage" in error && "actual" in error && "expected" in error)) return "";
  if (error.generatedMessage) return "";
  try {
    assert.deepStrictEqual(error.actual, error.expected);
  } catch (difference) {
    if (difference instanceof Error) return `\n${difference.message}`;
  }
  return `\nactual: ${inspect(error.actual)}`;
}
