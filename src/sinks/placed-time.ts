import { type ByteWriter, pieceOf } from "../lib/byte-writer.ts";
import type { LogRecord, Origin, Precision } from "../model.ts";

// Times by which lines of equal time can be told apart, for destinations that take two records of the same
// time, labels (and text) for one.

/** Nanoseconds in one unit of a precision. */
const UNIT: Readonly<Record<Precision, number>> = { s: 1_000_000_000, ms: 1_000_000, us: 1_000, ns: 1 };
const RANK: Readonly<Record<Precision, number>> = { s: 0, ms: 1, us: 2, ns: 3 };

/**
 * Where a record lies, as a number below `unit`: the byte offset, shifted by the generation's hash so that
 * files that start in the same second do not meet. Two lines of one file meet only if they are `unit` bytes
 * apart and of the same instant; a hash of each line would meet far sooner (birthday paradox).
 */
export function within({ origin, offset }: Pick<LogRecord, "origin" | "offset">, unit: number): number {
  return below(shiftOf(origin) + offset, unit);
}

function shiftOf(origin: Origin): number {
  return Number.parseInt(origin.key.slice(0, 8), 16);
}

/** `value` modulo `unit`, for whole numbers of any size that numbers hold; faster than `%` on them. */
function below(value: number, unit: number): number {
  return value - Math.floor(value / unit) * unit;
}

/**
 * Writes a space and nanoseconds since the epoch in decimal: the record's own time cut to `precision`, or to its own
 * where that is coarser, and below that where the record lies.
 */
export function createTime(precision: Precision): (record: LogRecord, to: ByteWriter) => void {
  let lastMs = Number.NaN;
  let lastPiece = pieceOf("");
  let lastOrigin: Origin | undefined;
  let shift = 0;
  return (record, to) => {
    const { origin, offset, time, nanos } = record;
    if (origin !== lastOrigin) {
      lastOrigin = origin;
      shift = shiftOf(origin);
    }
    const coarse = RANK[record.precision] < RANK[precision] ? record.precision : precision;
    // Numbers hold 2^53 only, so whole milliseconds and the nanoseconds within them are put side by side.
    let ms = time;
    let rest = 0;
    if (coarse === "s") {
      const place = below(shift + offset, UNIT.s);
      const whole = Math.floor(place / 1_000_000);
      ms = time - below(time, 1000) + whole;
      rest = place - whole * 1_000_000;
    } else if (coarse === "ms") rest = below(shift + offset, UNIT.ms);
    else if (coarse === "us") rest = nanos - (nanos % 1000) + below(shift + offset, UNIT.us);
    else rest = nanos;
    if (ms <= 0) return to.text(` ${BigInt(ms) * 1_000_000n + BigInt(rest)}`);
    if (ms !== lastMs) {
      lastMs = ms;
      lastPiece = pieceOf(` ${ms}`);
    }
    to.piece(lastPiece);
    to.whole(rest, 6);
  };
}
