import type { Origin } from "../model.ts";
import type { Parser } from "../parsers/parser.ts";

const NOWHERE: Origin = { source: "", file: "", key: "" };

/**
 * Reads the times of lines as a parser does: ms since the epoch, undefined of a line that does not parse or
 * carries none.
 * @param parser one that is used for nothing else: `auto` learns from what it sees
 */
export function createLineTime(
  parser: Parser,
  now: () => number = Date.now,
): (line: string) => number | undefined {
  return (line) => {
    // Half a ms: no line's own time is equal to it, so a record that has it took it for want of one.
    const observed = Math.floor(now()) + 0.5;
    try {
      const { time, error } = parser.parse(line, NOWHERE, 0, observed);
      return error === undefined && time !== observed && Number.isFinite(time) ? time : undefined;
    } catch {
      return undefined;
    }
  };
}
