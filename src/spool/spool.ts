import type { DatabaseSync } from "node:sqlite";
import { reasonOf } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import type { Log } from "../lib/log.ts";
import type { Chunk } from "../sources/source.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { type Block, createPacker } from "./blocks.ts";
import { createConfigs } from "./configs.ts";
import { type Cursor, createCursors } from "./cursors.ts";
import { createDamaged } from "./damaged.ts";
import { cureOf, rollBack } from "./database.ts";
import { createDrops, type Drop } from "./drops.ts";
import { createLedger, type Held } from "./ledger.ts";
import { createPendingQueue, isGone, leftText, type Pending } from "./pending.ts";
import { createBlockRows } from "./rows.ts";
import type { Passed } from "./sums.ts";

/** Cursors are written with the next blocks, or after this many ms when none come. */
const CURSOR_DELAY = 50;
/** A sink that lagged far passes many blocks at once: no more than these are deleted in one transaction. */
const DELETE_AT_ONCE = 500;

/** After an outage the file is large: so often (ms) a little of it is given back. */
const SHRINK_EVERY = 250;

/** A block that was deleted though not all sinks had it. */
export interface GivenUp extends Pick<Held, "seq" | "config" | "lines"> {
  /** The sinks that had not passed it. */
  readonly sinks: readonly string[];
}

/**
 * The durable queue between readers and sinks.
 *
 *   append ──pack (thread pool)──▶ pending ──one transaction──▶ blocks + checkpoints + cursors
 *                                                                  │ read(seq)
 *                                                                  ▼
 *                                                      sinks that lag behind the head
 *
 * A block and the position of its source become durable together; a block goes when all sinks passed it.
 */
export interface Spool {
  /**
   * Queues a chunk; resolves once it is durable. Numbers rise by one in call order, and `durable` is called
   * with them in that order, over all sources, before the promises resolve.
   */
  append(chunk: Chunk, lines: number, config: number, durable: (seq: number) => void): Promise<void>;
  /** Resolves when everything appended so far is durable. */
  flush(): Promise<void>;
  /**
   * The next durable block at or after `seq`; undefined at the head.
   * @throws DamagedBlock, or what the database throws
   */
  read(seq: number): Block | undefined;
  /** Keeps a copy of a block that can't be read, with the reason. @throws what the database throws */
  setAside(seq: number, reason: string): void;
  /** Row of a parser configuration, made on first sight. */
  config(json: string): number;
  configJson(id: number): string | undefined;
  /** Where a sink stands; a new one stands before the oldest block. */
  cursor(sink: string): Cursor;
  /**
   * All blocks up to `seq` were delivered. Becomes durable soon; a replay of the last ones is harmless.
   * @param passed what became of the records of those that had any for it
   */
  advance(sink: string, seq: number, state: unknown, passed?: readonly Passed[]): void;
  /** Who got what. The counts of what was parsed are to be told within `durable`. */
  readonly accounts: Pick<Accounts, "redeem" | "unparsed" | "tallied" | "file" | "source">;
  /** Makes cursors and accounts durable at once. @returns whether they are */
  sync(): boolean;
  /** Only these sinks hold blocks back; cursors of others are dropped. */
  retain(sinks: readonly string[]): void;
  /** Number of the last durable block; 0 before the first. */
  readonly head: number;
  /** Raw bytes handed in that are not durable yet. */
  readonly pendingBytes: number;
  readonly pendingLines: number;
  /**
   * Packed bytes and number of the blocks held, lines in damaged blocks since the start, and why writing
   * fails at present, if it does.
   */
  figures(): {
    readonly blocks: number;
    readonly bytes: number;
    readonly damaged: number;
    readonly problem: string | undefined;
  };
  /** Raw bytes and records in blocks after `seq`, and when the oldest of them was read. */
  behind(seq: number): {
    readonly records: number;
    readonly bytes: number;
    readonly oldest: number | undefined;
  };
  /** Gives up the oldest block, at once for all that ask; undefined when none is held. */
  dropOldest(): GivenUp | undefined;
  /** What `dropOldest` would give up. */
  readonly oldest: Held | undefined;
  /** Keeps where lines were given up; durable with what gives them up. */
  noteDrop(drop: Drop): void;
  /**
   * The end is near: what can't be written within `patience` ms is let go of, and its appends reject. No
   * position moved for it, so the next run reads it again, but for streams, which give nothing twice: that is said.
   */
  finish(patience: number): void;
  close(): Promise<void>;
}

export function createSpool(db: DatabaseSync, log: Log, now: () => number = Date.now): Spool {
  const rows = createBlockRows(db);
  const packer = createPacker();
  const configs = createConfigs(db);
  const damaged = createDamaged(db, log, now);
  const cursors = createCursors(db);
  const drops = createDrops(db);
  const held = createLedger();
  rows.load(held);
  let head = Math.max(cursors.highest, held.newest?.seq ?? 0);
  const accounts = createAccounts(db, cursors.sinks, configs.sinksOf, head);
  for (const sink of cursors.sinks())
    accounts.begin(sink, held.between(cursors.get(sink, 0).seq, head), false);
  let next = head + 1;
  let deletedTo = held.oldest ? held.oldest.seq - 1 : head;
  /** Blocks up to here are given up; they are deleted with the next transactions. */
  let givenUpTo = deletedTo;
  const pending = createPendingQueue();
  let scheduled: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let problem: string | undefined;
  let shrinking: NodeJS.Timeout | undefined;
  let finishing: NodeJS.Timeout | undefined;
  let closed = false;
  const retry = backoff({ base: 100, cap: 5_000 });
  let flushWaiters: (() => void)[] = [];

  const schedule = (): void => {
    scheduled ??= setImmediate(() => {
      scheduled = undefined;
      commit();
    });
  };

  /**
   * Writes the longest run of packed chunks, with dirty cursors and what all sinks have passed.
   * @returns whether cursors and accounts are durable
   */
  const commit = (): boolean => {
    if (closed) return false;
    // Also when there is nothing to write: one that went off and stays here would be the last.
    clearTimeout(timer);
    timer = undefined;
    const group = pending.ready();
    const passed = cursors.lowest(head);
    const deletable = Math.min(passed, deletedTo + DELETE_AT_ONCE);
    if (group.length === 0 && !cursors.dirty && !accounts.dirty && !drops.dirty && deletable <= deletedTo) {
      settle();
      return true;
    }
    let begun = false;
    let written: (() => void)[] = [];
    try {
      db.exec("BEGIN IMMEDIATE");
      begun = true;
      for (const item of group) rows.insert(item);
      written = [cursors.write(now()), accounts.write(group), drops.write()];
      if (deletable > deletedTo) rows.remove(deletable);
      db.exec("COMMIT");
    } catch (error) {
      if (begun) rollBack(db);
      const reason = `the spool can't be written (${reasonOf(error)}): readers wait${cureOf(error)}`;
      if (problem !== reason) log.error(reason);
      problem = reason;
      timer = setTimeout(commit, retry.next(50));
      return false;
    }
    if (problem !== undefined) log.info("the spool can be written again");
    problem = undefined;
    retry.reset();
    pending.shift(group.length);
    for (const done of written) done();
    held.forget(deletable);
    const before = deletedTo;
    deletedTo = Math.max(deletedTo, deletable);
    if (deletedTo < passed) schedule();
    else if (deletable > before) shrinkLater();
    for (const { seq, chunk, lines, config, packed, durable, resolve } of group) {
      const { bytes, marker, observed, generation, start } = chunk;
      generation.offset = start + bytes.length;
      generation.marker = marker;
      generation.updated = observed;
      held.add({
        seq,
        generation: generation.id,
        config,
        packed: packed.data.length,
        bytes: bytes.length,
        lines,
        observed,
      });
      head = seq;
      durable(seq);
      resolve();
    }
    settle();
    return true;
  };

  const shrinkLater = (): void => {
    shrinking ??= setTimeout(() => {
      shrinking = undefined;
      try {
        if (rows.shrink()) shrinkLater();
      } catch (error) {
        log.debug(`the spool's file was not made smaller: ${reasonOf(error)}`);
      }
    }, SHRINK_EVERY);
  };

  const settle = (): void => {
    if (pending.all.length > 0) return;
    for (const resolve of flushWaiters) resolve();
    flushWaiters = [];
  };

  const letGo = (): void => {
    const left = pending.all;
    // Without a fault what is left is on its way.
    if (left.length === 0 || problem === undefined) return;
    log[left.some(isGone) ? "error" : "warn"](`the spool can't be written before the end: ${leftText(left)}`);
    pending.shift(left.length);
    for (const { reject } of left) reject(new Error("the spool was closed"));
    settle();
  };

  return {
    append(chunk, lines, config, durable) {
      if (closed) return Promise.reject(new Error("the spool is closed"));
      return new Promise((resolve, reject) => {
        const item: Pending = {
          seq: next++,
          chunk,
          lines,
          config,
          packed: undefined,
          durable,
          resolve,
          reject,
        };
        pending.add(item);
        const packed = packer.pack(chunk.bytes);
        if (!(packed instanceof Promise)) {
          item.packed = packed;
          return schedule();
        }
        void packed.then((result) => {
          item.packed = result;
          if (item === pending.all[0]) schedule();
        });
      });
    },
    flush() {
      if (pending.all.length === 0) return Promise.resolve();
      schedule();
      return new Promise((resolve) => flushWaiters.push(resolve));
    },
    read: (seq) => rows.read(Math.max(seq, givenUpTo + 1)),
    setAside: (seq, reason) => damaged.add(seq, reason),
    config: configs.rowOf,
    configJson: configs.json,
    cursor(sink) {
      const fresh = !cursors.has(sink);
      const cursor = cursors.get(sink, Math.max(deletedTo, givenUpTo));
      if (fresh) accounts.begin(sink, held.between(cursor.seq, head), true);
      return cursor;
    },
    advance(sink, seq, state, passed = []) {
      if (!cursors.has(sink)) return;
      const before = cursors.get(sink, 0).seq;
      cursors.advance(sink, seq, state);
      accounts.pass(sink, held.between(before, seq), passed);
      if (pending.all.length === 0) timer ??= setTimeout(commit, CURSOR_DELAY);
    },
    sync: commit,
    retain(sinks) {
      cursors.retain(sinks);
      accounts.retain(sinks);
      timer ??= setTimeout(commit, CURSOR_DELAY);
    },
    get head() {
      return head;
    },
    get pendingBytes() {
      return pending.bytes;
    },
    get pendingLines() {
      return pending.lines;
    },
    accounts,
    figures: () => ({ blocks: held.blocks, bytes: held.bytes, damaged: damaged.lines, problem }),
    behind: (seq) => held.behind(seq),
    dropOldest() {
      const { oldest } = held;
      if (!oldest) return undefined;
      const { seq, config, lines } = oldest;
      const sinks = cursors.skipTo(seq);
      for (const sink of sinks) accounts.drop(sink, [oldest]);
      held.forget(seq);
      givenUpTo = seq;
      schedule();
      return { seq, config, lines, sinks };
    },
    get oldest() {
      return held.oldest;
    },
    noteDrop(drop) {
      drops.note(drop);
      schedule();
    },
    finish(patience) {
      finishing ??= setInterval(letGo, patience);
    },
    async close() {
      if (closed) return;
      await this.flush();
      commit();
      closed = true;
      packer.close();
      clearImmediate(scheduled);
      clearTimeout(timer);
      clearInterval(finishing);
      clearTimeout(shrinking);
      db.close();
    },
  };
}
