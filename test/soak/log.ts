import { closeSync, copyFileSync, ftruncateSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";

/** Bytes of every line, its end included. */
export const LINE_BYTES = 512;
/** At once at most; who owes more writes the rest a moment later. */
const LINES_AT_ONCE = 8192;
/** Lines of one instant lie within so many bytes: InfluxDB tells them apart by their place below a millisecond. */
const BYTES_AN_INSTANT = 400_000;
const TIME_BYTES = 24;
const NUMBER_BYTES = 10;
/** So many rotated files are kept though they were read. */
const KEEP = 5;

/** A log that is written at a steady rate, and rotated. */
export interface SoakLog {
  /** Appends lines, numbered from `number` on. @returns how many */
  write(number: number, count: number): number;
  /** By turns renamed, and copied and truncated: between the two nothing is written, so that no line is in neither. */
  rotate(): void;
  /** Deletes rotated files all of whose lines have a number below `number`, but for the newest. */
  prune(number: number): void;
  readonly rotations: number;
  close(): void;
}

export function createSoakLog(path: string, name: string): SoakLog {
  const head = '{"time":"2026-01-01T00:00:00.000Z","level":"info","log":"';
  const middle = `${head}${name}","n":`;
  const start = `${middle}${" ".repeat(NUMBER_BYTES)},"message":"request done","pad":"`;
  const line = `${start}${"abcdefghij klmnopqrst ".repeat(40).slice(0, LINE_BYTES - start.length - 3)}"}\n`;
  const buffer = Buffer.from(line.repeat(LINES_AT_ONCE));
  const timeAt = head.indexOf("2026");
  const numberAt = middle.length;
  /** The highest number in each rotated file, newest first. */
  const rotated: number[] = [];
  let file = openSync(path, "a");
  let highest = 0;
  let last = 0;
  let rotations = 0;

  return {
    write(number, count) {
      const lines = Math.min(count, LINES_AT_ONCE);
      if (lines === 0) return 0;
      last = Math.max(Date.now(), last + 1);
      let time = Buffer.from(new Date(last).toISOString());
      for (let at = 0; at < lines; at++) {
        const begin = at * LINE_BYTES;
        if (at > 0 && (at * LINE_BYTES) % BYTES_AN_INSTANT < LINE_BYTES)
          time = Buffer.from(new Date(++last).toISOString());
        buffer.set(time.subarray(0, TIME_BYTES), begin + timeAt);
        buffer.write(String(number + at).padStart(NUMBER_BYTES), begin + numberAt, "latin1");
      }
      writeSync(file, buffer, 0, lines * LINE_BYTES);
      highest = number + lines - 1;
      return lines;
    },
    rotate() {
      for (let at = rotated.length; at > 0; at--) renameSync(`${path}.${at}`, `${path}.${at + 1}`);
      if (rotations++ % 2 === 0) {
        renameSync(path, `${path}.1`);
        closeSync(file);
        file = openSync(path, "a");
      } else {
        copyFileSync(path, `${path}.1`);
        ftruncateSync(file, 0);
      }
      rotated.unshift(highest);
    },
    prune(number) {
      while (rotated.length > KEEP && (rotated.at(-1) ?? number) < number) {
        unlinkSync(`${path}.${rotated.length}`);
        rotated.pop();
      }
    },
    get rotations() {
      return rotations;
    },
    close: () => closeSync(file),
  };
}
