import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const NEWLINE = 10;

/**
 * A file that goes on being written. What was read once is not read again, however often it is asked for.
 * @returns its whole lines so far
 */
export function growingLines(path: string): () => string[] {
  const lines: string[] = [];
  let offset = 0;
  return () => {
    const handle = openSync(path, "r");
    try {
      const fresh = Buffer.alloc(fstatSync(handle).size - offset);
      const read = fresh.subarray(0, readSync(handle, fresh, 0, fresh.length, offset));
      const end = read.lastIndexOf(NEWLINE);
      if (end >= 0) {
        for (const line of read.toString("utf8", 0, end).split("\n")) lines.push(line);
        offset += end + 1;
      }
    } finally {
      closeSync(handle);
    }
    return lines.slice();
  };
}

/** As `assert.deepEqual`, which makes a difference of all lines: of a million that takes gigabytes. */
export function assertSameLines(actual: readonly string[], expected: readonly string[]): void {
  const told = (line: string | undefined): string => (line === undefined ? "none" : JSON.stringify(line));
  const length = Math.max(actual.length, expected.length);
  for (let at = 0; at < length; at++) {
    const [is, wanted] = [actual[at], expected[at]];
    if (is === wanted) continue;
    const counts = `${actual.length} lines, ${expected.length} expected`;
    assert.fail(`${counts}; the first that differs, at ${at}, is ${told(is)}, not ${told(wanted)}`);
  }
}
