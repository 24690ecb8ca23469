import type { DatabaseSync } from "node:sqlite";
import type { Account, Amount, FileAccount, SinkAccount } from "../model.ts";
import { createAccountRows, type Total } from "./account-rows.ts";
import { isDatabaseError } from "./database.ts";
import type { Held } from "./ledger.ts";
import type { Pending } from "./pending.ts";
import { readOf } from "./read.ts";
import { createRedeemed, type Letter } from "./redeemed.ts";
import {
  addTo,
  emptySums,
  negative,
  type Passed,
  type Reading,
  readingOf,
  type Standing,
  type Sums,
  sinkAccount,
} from "./sums.ts";

/**
 * Who got what: of each file generation, what was read of it, and what became of that at each sink. Changed in
 * memory, written in the transactions that make it true: with the block and its position, with the cursor.
 *
 * What waits follows from the blocks that are held; all else from what readers and sinks say. So
 * `routed = delivered + leftOut + dead + dropped + waiting` holds only as long as nothing is lost on the way.
 */
export interface Accounts {
  /** A sink begins, or goes on after a restart, before these blocks. */
  begin(sink: string, held: readonly Held[], fresh: boolean): void;
  /** Forgets all other sinks. */
  retain(sinks: readonly string[]): void;
  /** A sink's cursor moved over these blocks, with which this was done. */
  pass(sink: string, blocks: readonly Held[], passed: readonly Passed[]): void;
  /** A sink's cursor moved over these blocks because they were given up. */
  drop(sink: string, blocks: readonly Held[]): void;
  /**
   * Records that were refused for good were taken after all, each once, however often it is told.
   * @throws what the database throws
   */
  redeem(sink: string, letters: readonly Letter[]): void;
  /** So many records of durable blocks did not parse. */
  unparsed(generation: number, records: number): void;
  /** The last block whose records were counted as parsed or unparsed by the end of the last transaction. */
  readonly tallied: number;
  /** Something is to be written. */
  readonly dirty: boolean;
  /** Writes what changed, and what these blocks add, in the caller's transaction; call the result once committed. */
  write(blocks: readonly Pending[]): () => void;
  /** What was read of a file generation; undefined also where that can't be read at present. */
  file(generation: number): FileAccount | undefined;
  /** What was ever read of a source. */
  source(id: string): Account;
}

interface Entry {
  readonly generation: number;
  readonly sink: string;
  /** What is in the database; unknown until someone asks. */
  durable: Sums | undefined;
  /** What is to be added there; undefined: nothing. */
  unwritten: Sums | undefined;
  waiting: number;
  waitingBytes: number;
  /** What is known of all of its source. */
  readonly all: Standing;
  shown: boolean;
}

/** So many entries that nobody needs are kept in memory at least. */
const KEEP = 5_000;

/**
 * @param sinks those that have a cursor
 * @param sinksOf the sinks that blocks of a configuration are for; undefined: all
 * @param head number of the last block
 */
export function createAccounts(
  db: DatabaseSync,
  sinks: () => Iterable<string>,
  sinksOf: (config: number) => readonly string[] | undefined,
  head: number,
): Accounts {
  const rows = createAccountRows(db);
  const redeemed = createRedeemed(db);
  const totals = rows.totals();
  const entries = new Map<string, Map<number, Entry>>();
  const changed = new Set<Entry>();
  /** Sinks whose rows are to be removed. */
  const gone = new Set<string>();
  const unparsed = new Map<number, number>();
  /** Of files that are shown. */
  const readings = new Map<number, Reading & { began: number; offset: number }>();
  const sources = new Map<number, string>();
  let count = 0;
  let most = KEEP;
  let written = Math.min(rows.tallied(), head);
  let tallied = written;

  const isFor = (sink: string, config: number): boolean => sinksOf(config)?.includes(sink) ?? true;

  const sourceOf = (generation: number): string => {
    const source = sources.get(generation) ?? rows.sourceOf(generation);
    sources.set(generation, source);
    return source;
  };

  const totalOf = (source: string): Total => {
    const total = totals.get(source) ?? {
      reading: readingOf({}),
      sinks: new Map<string, Standing>(),
    };
    totals.set(source, total);
    return total;
  };

  const entryOf = (sink: string, generation: number): Entry => {
    const own = entries.get(sink) ?? new Map<number, Entry>();
    entries.set(sink, own);
    let entry = own.get(generation);
    if (!entry) {
      const { sinks: of } = totalOf(sourceOf(generation));
      const all = of.get(sink) ?? { ...emptySums(), waiting: 0, waitingBytes: 0 };
      of.set(sink, all);
      const empty = { durable: undefined, unwritten: undefined, waiting: 0, waitingBytes: 0, shown: false };
      entry = { generation, sink, all, ...empty };
      own.set(generation, entry);
      count++;
    }
    return entry;
  };

  const add = (entry: Entry, kind: keyof Sums & keyof SinkAccount, { records, bytes }: Amount): void => {
    if (records === 0 && bytes === 0) return;
    entry.unwritten ??= emptySums();
    changed.add(entry);
    for (const sums of [entry.unwritten, entry.all]) {
      sums[kind] += records;
      sums[`${kind}Bytes`] += bytes;
    }
  };

  const standingOf = (entry: Entry): Sums => {
    entry.durable ??= gone.has(entry.sink) ? emptySums() : rows.sinkSums(entry.generation, entry.sink);
    const sums = { ...entry.durable };
    if (entry.unwritten) addTo(sums, entry.unwritten);
    return sums;
  };

  const wait = (entry: Entry, { records, bytes }: Amount): void => {
    for (const sums of [entry, entry.all]) {
      sums.waiting += records;
      sums.waitingBytes += bytes;
    }
  };

  const leave = (sink: string, { generation, config, lines, bytes }: Held): Entry | undefined => {
    if (!isFor(sink, config)) return undefined;
    const entry = entryOf(sink, generation);
    wait(entry, { records: -lines, bytes: -bytes });
    return entry;
  };

  /** What blocks add that are not written yet, by sink and generation. */
  const routedOf = (blocks: readonly Pending[]): Map<Entry, { records: number; bytes: number }> => {
    const routed = new Map<Entry, { records: number; bytes: number }>();
    for (const { chunk, config, lines } of blocks) {
      sources.set(chunk.generation.id, chunk.generation.source);
      for (const sink of sinks()) {
        if (!isFor(sink, config)) continue;
        const entry = entryOf(sink, chunk.generation.id);
        const sum = routed.get(entry) ?? { records: 0, bytes: 0 };
        sum.records += lines;
        sum.bytes += chunk.bytes.length;
        routed.set(entry, sum);
      }
    }
    return routed;
  };

  const countRead = (blocks: readonly Pending[]): void => {
    for (const { generation, end, more } of readOf(blocks)) {
      addTo(totalOf(generation.source).reading, more);
      const reading = readings.get(generation.id);
      if (reading) addTo(reading, { ...more, began: 0, offset: end - reading.offset });
    }
  };

  /** Lets go of what can be read again; what was asked for since the last time will be asked for again. */
  const tidy = (): void => {
    if (count < most) return;
    count = 0;
    const needed = new Set<number>();
    for (const own of entries.values()) {
      for (const entry of own.values()) {
        if (entry.waiting === 0 && !entry.unwritten && !entry.shown) own.delete(entry.generation);
        else {
          needed.add(entry.generation);
          count++;
        }
        entry.shown = false;
      }
    }
    for (const generation of readings.keys()) if (!needed.has(generation)) readings.delete(generation);
    for (const generation of sources.keys()) if (!needed.has(generation)) sources.delete(generation);
    most = KEEP + 2 * count;
  };

  const fileOf = (generation: number): FileAccount | undefined => {
    let reading = readings.get(generation);
    if (!reading) {
      reading = rows.reading(generation);
      if (!reading) return undefined;
      reading.unparsed += unparsed.get(generation) ?? 0;
      readings.set(generation, reading);
    }
    const of: SinkAccount[] = [];
    for (const sink of sinks()) {
      const entry = entryOf(sink, generation);
      entry.shown = true;
      const sums = standingOf(entry);
      if (sums.routed > 0) of.push(sinkAccount(sink, sums, entry));
    }
    return { ...reading, sinks: of };
  };

  return {
    begin(sink, held, fresh) {
      for (const { generation, config, lines, bytes } of held) {
        if (!isFor(sink, config)) continue;
        const entry = entryOf(sink, generation);
        wait(entry, { records: lines, bytes });
        if (fresh) add(entry, "routed", { records: lines, bytes });
      }
    },
    retain(keep) {
      const known = [...totals.values()].flatMap((total) => [...total.sinks.keys()]);
      for (const sink of new Set([...entries.keys(), ...known])) {
        if (keep.includes(sink)) continue;
        gone.add(sink);
        for (const entry of entries.get(sink)?.values() ?? []) changed.delete(entry);
        entries.delete(sink);
        for (const total of totals.values()) total.sinks.delete(sink);
      }
    },
    pass(sink, blocks, passed) {
      const first = blocks[0]?.seq ?? Number.POSITIVE_INFINITY;
      for (const block of blocks) leave(sink, block);
      for (const { seq, generation, delivered, leftOut, dead, dropped, givenUp } of passed) {
        // It was passed before: a write that hung while its sink was replaced has come through late.
        if (seq < first && !givenUp) continue;
        const entry = entryOf(sink, generation);
        add(entry, "delivered", delivered);
        add(entry, "leftOut", leftOut);
        add(entry, "dead", dead);
        add(entry, "dropped", givenUp ? negative(delivered, leftOut, dead) : dropped);
      }
    },
    drop(sink, blocks) {
      for (const block of blocks) {
        const entry = leave(sink, block);
        if (entry) add(entry, "dropped", { records: block.lines, bytes: block.bytes });
      }
    },
    redeem(sink, letters) {
      if (![...sinks()].includes(sink)) return;
      for (const { key, source, offset, bytes } of letters) {
        const generation = rows.withKey(key, source);
        if (generation === undefined) continue;
        const entry = entryOf(sink, generation);
        const { dead, deadBytes } = standingOf(entry);
        if (dead <= 0 || !redeemed.claim({ generation, sink, offset })) continue;
        // Their line ends are not known any more: with the last of them goes what is left.
        const amount = { records: 1, bytes: dead === 1 ? deadBytes : Math.min(bytes, deadBytes) };
        add(entry, "dead", negative(amount));
        add(entry, "delivered", amount);
      }
    },
    unparsed(generation, records) {
      if (records === 0) return;
      unparsed.set(generation, (unparsed.get(generation) ?? 0) + records);
      totalOf(sourceOf(generation)).reading.unparsed += records;
      const reading = readings.get(generation);
      if (reading) reading.unparsed += records;
    },
    get tallied() {
      return tallied;
    },
    get dirty() {
      return changed.size > 0 || gone.size > 0 || unparsed.size > 0 || written !== tallied;
    },
    write(blocks) {
      for (const sink of gone) rows.removeSink(sink);
      const claimed = redeemed.write();
      for (const [generation, records] of unparsed) rows.addUnparsed(generation, records);
      if (written !== tallied) rows.setTallied(tallied);
      const routed = routedOf(blocks);
      for (const entry of new Set([...changed, ...routed.keys()])) {
        const { records, bytes } = routed.get(entry) ?? { records: 0, bytes: 0 };
        const sums = { ...(entry.unwritten ?? emptySums()) };
        sums.routed += records;
        sums.routedBytes += bytes;
        rows.add(entry.generation, entry.sink, sums);
      }
      return () => {
        for (const [entry, amount] of routed) {
          add(entry, "routed", amount);
          wait(entry, amount);
        }
        for (const entry of changed) {
          if (entry.durable && entry.unwritten) addTo(entry.durable, entry.unwritten);
          entry.unwritten = undefined;
        }
        changed.clear();
        claimed();
        gone.clear();
        unparsed.clear();
        countRead(blocks);
        written = tallied;
        tallied = blocks.at(-1)?.seq ?? tallied;
        tidy();
      };
    },
    file(generation) {
      try {
        return fileOf(generation);
      } catch (error) {
        if (isDatabaseError(error)) return undefined;
        throw error;
      }
    },
    source(id) {
      const { reading, sinks: of } = totalOf(id);
      const all = [...of].map(([sink, standing]) => sinkAccount(sink, standing, standing));
      return { ...reading, sinks: all.filter(({ routed }) => routed.records > 0) };
    },
  };
}
