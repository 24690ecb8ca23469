import type { Amount, SinkAccount } from "../model.ts";

/** What is kept of a sink's records: each as records and as bytes. */
const KEPT = ["routed", "delivered", "leftOut", "dead", "dropped"] as const;
export const COLUMNS = KEPT.flatMap((name) => [name, `${name}Bytes`] as const);

/** Sums of one sink, of one file generation or of all of a source. */
export type Sums = Record<(typeof COLUMNS)[number], number>;

/** The same of a source, with what waits. */
export type Standing = Sums & { waiting: number; waitingBytes: number };

/** What was read of a file generation or a source. */
export interface Reading {
  lines: number;
  unparsed: number;
  bytes: number;
  skipped: number;
  missing: number;
}

export function emptySums(): Sums {
  return {
    routed: 0,
    routedBytes: 0,
    delivered: 0,
    deliveredBytes: 0,
    leftOut: 0,
    leftOutBytes: 0,
    dead: 0,
    deadBytes: 0,
    dropped: 0,
    droppedBytes: 0,
  };
}

/** Adds the numbers of one object to those of the same names in another. */
export function addTo<Names extends string>(
  sums: Record<Names, number>,
  more: Readonly<Record<Names, number>>,
): void {
  for (const name of Object.keys(sums) as Names[]) sums[name] += more[name];
}

/** What became of a block's records at a sink that has passed it. */
export interface Passed {
  readonly seq: number;
  /** Row of the file generation. */
  readonly generation: number;
  readonly delivered: Amount;
  /** Passed over by the sink's options. */
  readonly leftOut: Amount;
  readonly dead: Amount;
  /** Could not be read back. */
  readonly dropped: Amount;
  /** The block was given up, and counted as dropped, while its records were under way. */
  readonly givenUp: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** The columns of a row that hold sums. */
export function sumsOf(row: Row): Sums {
  const sums = emptySums();
  for (const column of COLUMNS) sums[column] = Number(row[column] ?? 0);
  return sums;
}

export function readingOf({ lines = 0, unparsed = 0, bytes = 0, skipped = 0, missing = 0 }: Row): Reading {
  return {
    lines: Number(lines),
    unparsed: Number(unparsed),
    bytes: Number(bytes),
    skipped: Number(skipped),
    missing: Number(missing),
  };
}

/** Taken off instead of added. */
export function negative(...amounts: readonly Amount[]): Amount {
  let records = 0;
  let bytes = 0;
  for (const amount of amounts) {
    records -= amount.records;
    bytes -= amount.bytes;
  }
  return { records, bytes };
}

/** SQL: bytes between where a generation was begun and where it stands that its reader neither read nor skipped. */
export const MISSING = "(offset - began - bytes - skipped) AS missing";

/** Sums of a sink as they are shown. */
export function sinkAccount(
  sink: string,
  sums: Sums,
  { waiting, waitingBytes }: { readonly waiting: number; readonly waitingBytes: number },
): SinkAccount {
  return {
    sink,
    routed: { records: sums.routed, bytes: sums.routedBytes },
    delivered: { records: sums.delivered, bytes: sums.deliveredBytes },
    ...(sums.leftOut > 0 && { leftOut: { records: sums.leftOut, bytes: sums.leftOutBytes } }),
    dead: { records: sums.dead, bytes: sums.deadBytes },
    dropped: { records: sums.dropped, bytes: sums.droppedBytes },
    waiting: { records: waiting, bytes: waitingBytes },
  };
}
