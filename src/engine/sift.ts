import { type Partly, type Rejected, reasonOf } from "../errors.ts";
import type { LogRecord } from "../model.ts";

/** A record that the destination refused when it was offered alone, or named. */
export interface Refusal {
  readonly record: LogRecord;
  readonly reason: string;
}

/** What became of a write. Sent were so many of the first records: fewer than given when the destination is tried out. */
export interface Outcome {
  readonly sent: number;
  /** What the write gave. */
  readonly state?: unknown;
  /** Why it was refused, whole or in part. */
  readonly rejected?: Rejected;
  /** Which of them were not taken, if others were. */
  readonly partly?: Partly;
}

/**
 * Gets all records but the refused ones to a destination that refuses whole writes, in their order.
 *
 * A refused write is halved until the culprit stands alone; after it, writes grow from one record on. One bad
 * record among n costs about 2 log₂ n more writes; when all are bad, each costs one, which is the least that
 * proves it: a refused group says nothing of its members. It never costs more than 1.5 n + 2 log₂ n.
 *
 * @param send writes records, or the first of them; what it throws ends the sifting
 * @param settled told after each write how many records were taken and which were refused, in order
 * @returns what the last successful write gave
 */
export async function sift(
  records: readonly LogRecord[],
  send: (records: readonly LogRecord[]) => Promise<Outcome>,
  settled: (taken: number, refused: readonly Refusal[]) => void,
): Promise<unknown> {
  let state: unknown;
  let at = 0;
  let size = records.length;
  /** More than this was too large for the destination. */
  let most = records.length;
  /** Where the last refused write ended: among those before it is one that is refused. */
  let suspect = 0;
  while (at < records.length) {
    const {
      sent,
      state: given,
      rejected,
      partly,
    } = await send(at === 0 && size >= records.length ? records : records.slice(at, at + size));
    let taken = sent;
    let refused: readonly Refusal[] = [];
    if (partly) {
      const rest = await siftRest(records.slice(at, at + sent), partly, send);
      taken = sent - rest.length;
      refused = rest;
    } else if (!rejected) state = given ?? state;
    else {
      if (sent > 1 && !rejected.indices) {
        size = sent >> 1;
        if (rejected.tooLarge) most = size;
        else suspect = at + sent;
        continue;
      }
      const reason = reasonOf(rejected);
      refused = (rejected.indices ?? [0]).flatMap((index) => {
        const record = records[at + index];
        return record ? [{ record, reason }] : [];
      });
      taken -= refused.length;
    }
    at += sent;
    settled(taken, refused);
    if (taken === 0) {
      suspect = 0;
      size = 1;
    } else {
      const within = suspect - at;
      size = Math.min(most, within > 0 ? Math.ceil(within / 2) : 2 * size);
    }
  }
  return state;
}

/**
 * Sends again what a write left out until nothing of it is left, before what comes after it: a destination may keep
 * the order of some of them. What of it, and of the write, was refused, in order.
 */
async function siftRest(
  records: readonly LogRecord[],
  partly: Partly,
  send: (records: readonly LogRecord[]) => Promise<Outcome>,
): Promise<readonly Refusal[]> {
  const reasons = new Map<LogRecord, string>();
  let left = leftOut(records, partly, reasons);
  while (left.length > 0) {
    const outcome = await send(left);
    const some = left.slice(0, outcome.sent);
    let still: readonly LogRecord[] = [];
    if (outcome.partly) still = leftOut(some, outcome.partly, reasons);
    else if (outcome.rejected) {
      let first: Outcome | undefined = outcome;
      const next = async (part: readonly LogRecord[]): Promise<Outcome> => {
        const known = first;
        first = undefined;
        return known ?? send(part);
      };
      await sift(some, next, (_, bad) => {
        for (const { record, reason } of bad) reasons.set(record, reason);
      });
    }
    left = [...still, ...left.slice(outcome.sent)];
  }
  return records.flatMap((record) => {
    const reason = reasons.get(record);
    return reason === undefined ? [] : [{ record, reason }];
  });
}

/** Those that are to be sent again; takes note of those that were refused. */
function leftOut(
  records: readonly LogRecord[],
  { later, refused }: Partly,
  reasons: Map<LogRecord, string>,
): readonly LogRecord[] {
  for (const [at, reason] of refused) {
    const record = records[at];
    if (record) reasons.set(record, reason);
  }
  return later.flatMap((at) => records[at] ?? []);
}
