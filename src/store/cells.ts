import { createReader, createWriter } from "./varint.ts";

/** Records of a block that have the same level and status. */
export interface Cell {
  /** Place in LEVELS. */
  readonly level: number | undefined;
  readonly status: number | undefined;
  readonly count: number;
}

/** A block of more than this has statuses that are no classes of records. */
const MOST = 64;
/** Statuses up to here are told apart, and levels in what is left of a safe integer. */
const STATUS = 2 ** 30;

/**
 * Counts the records of a block by level and status: with them a search that asks for nothing else knows how many
 * of a block it takes without reading it.
 */
export function createCells(): {
  add(level: number | undefined, status: number | undefined): void;
  /** Empty where there are too many to be worth it. */
  done(): Uint8Array;
} {
  const counts = new Map<number, number>();
  let [last, run, fits] = [-1, 0, true];
  return {
    add(level, status) {
      if (!fits) return;
      if (status !== undefined && (status < 0 || status >= STATUS)) fits = false;
      const code = ((level ?? -1) + 1) * 2 * STATUS + (status ?? -1) + 1;
      if (code === last) run++;
      else {
        if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
        [last, run] = [code, 1];
        if (counts.size > MOST) fits = false;
      }
    },
    done() {
      if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
      if (!fits || counts.size > MOST) return new Uint8Array();
      const writer = createWriter();
      for (const [code, count] of counts) {
        writer.whole(code);
        writer.whole(count);
      }
      return writer.done();
    },
  };
}

/** What `createCells` made, or nothing. */
export function readCells(bytes: Uint8Array): readonly Cell[] {
  const reader = createReader(bytes);
  const cells: Cell[] = [];
  while (reader.at < bytes.length) {
    const code = reader.whole();
    const [level, status] = [Math.floor(code / (2 * STATUS)) - 1, (code % (2 * STATUS)) - 1];
    cells.push({
      level: level < 0 ? undefined : level,
      status: status < 0 ? undefined : status,
      count: reader.whole(),
    });
  }
  return cells;
}
