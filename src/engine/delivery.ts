import { setTimeout as delay } from "node:timers/promises";
import { reasonOf } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { type LeavesOut, leavesOutOf } from "../lib/left-out.ts";
import type { Batch, LogRecord, SinkFigures } from "../model.ts";
import type { BeginReplay } from "../protocol/engine.ts";
import type { Sink } from "../sinks/sink.ts";
import type { GivenUp } from "../spool/spool.ts";
import { createCourier } from "./courier.ts";
import { createDeadLetters, reachOf } from "./deadletters.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { createHealth } from "./health.ts";
import { createIntake, type Unit } from "./intake.ts";
import { createReplay, LOOK_EVERY } from "./replay.ts";
import { createResend } from "./resend.ts";
import { passedOf } from "./settled.ts";

/** How long (ms) a write under way may take at the end: less than the editor waits for all of us. */
const CLOSE_WAIT = 2_000;

/** What the engine sees of a sink. */
export interface Delivery {
  readonly id: string;
  /** Every durable batch, in order, also those that the sink doesn't take. */
  offer(batch: Batch): void;
  /** It keeps up from memory, and its memory is full. */
  readonly full: boolean;
  /** It has nothing to do. */
  readonly idle: boolean;
  /** By `performance.now()`. */
  readonly lastProgress: number;
  /** Lets go of what is in memory: the sink goes on from the spool at its own pace. */
  detach(): void;
  /** A block is deleted before all sinks had it: returns how many records this one will never get. */
  giveUp(block: GivenUp): number;
  /** What has not been delivered up to the head; resolves early when the sink fails for `patience` ms. */
  drain(patience: number): Promise<number>;
  /** Tries again at once instead of waiting out the backoff; what the server asked for is waited out. */
  nudge(): void;
  /** The same, and also what the server asked for is forgotten: a person wants it. */
  reset(): void;
  /** While it is set nothing is sent: what is read waits in the spool. */
  paused: boolean;
  /** Sends the dead letters again; resolves when they are on their way. @throws what the file system throws */
  replayDead(): Promise<BeginReplay>;
  readonly deadFile: string;
  /** What is wrong with the size of that file, and what the sink says of itself. */
  readonly problems: readonly string[];
  figures(): SinkFigures;
  close(): Promise<void>;
}

interface Sending extends Unit {
  /** So many of the first records were delivered or buried. */
  settled: number;
  /** So many of the first records are of blocks that were given up: they are nowhere but here. */
  orphaned: number;
  /** The numbers of those blocks. */
  readonly givenUp: Set<number>;
  /** Those of the records that were refused for good. */
  readonly refused: LogRecord[];
  state: unknown;
  done: boolean;
}

/**
 *   intake ──▶ units of whole blocks ──▶ sink.write ──▶ cursor, in order
 *                                         ▲      │ RetryLater: wait, again
 *                                         └──────┘ Rejected: sift, and bury what is refused
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { id, spool, log, batch } = options;
  const start = spool.cursor(id);
  const intake = createIntake(options, start.seq + 1);
  const deadLetters = createDeadLetters(options.dataDir, id, log, {
    reach: reachOf(batch),
    ...options.letters,
  });
  const replay = createReplay(options.dataDir, id, deadLetters, log);
  const inFlight: Sending[] = [];
  const sends = new Set<Promise<void>>();
  const stop = new AbortController();
  const health = createHealth(id, log, stop.signal, () => {
    intake.detach();
    options.progressed();
  });
  const courier = createCourier(health, deadLetters, stop.signal);
  /** Number of the last block before all that is still to be delivered. */
  const cursor = (): number => (inFlight[0]?.first ?? intake.next) - 1;
  const resend = createResend({ id, spool, replay, courier, cursor });
  let wakeUp: (() => void) | undefined;
  let sink: Sink | undefined;
  let leaves: LeavesOut["leavesOut"] | undefined;
  let delivered = 0;
  let dead = 0;
  let dropped = 0;
  let replaying = false;
  let wantsRoom = false;
  let lastProgress = performance.now();

  const wake = (): void => wakeUp?.();
  const sleep = (): Promise<void> => new Promise((resolve) => (wakeUp = resolve));

  const orphans = (): number =>
    inFlight.reduce((sum, unit) => sum + Math.max(0, unit.orphaned - unit.settled), 0);

  /** Writes until all records are delivered or buried; returns the state of the last write. */
  const write = async (to: Sink, unit: Sending): Promise<unknown> => {
    const state = await courier.bring(to, unit.records, (taken, bad) => {
      delivered += taken;
      unit.settled += taken + bad.length;
      for (const { record } of bad) unit.refused.push(record);
    });
    dead += unit.refused.length;
    return state;
  };

  const send = async (to: Sink, unit: Sending): Promise<void> => {
    try {
      if (unit.records.length > 0) unit.state = await write(to, unit);
      unit.done = true;
    } catch {
      // Only a stop ends here: what was not delivered stays in the spool.
      return;
    }
    let buried = false;
    while (inFlight[0]?.done) {
      const first = inFlight.shift();
      buried ||= (first?.refused.length ?? 0) > 0;
      const passed = first && passedOf(first, first.refused, first.givenUp, leaves);
      spool.advance(id, cursor(), first?.state, passed);
    }
    // What a kill has refused again is looked for among the last letters alone.
    if (buried) spool.sync();
    lastProgress = performance.now();
    options.progressed();
    wake();
  };

  /** @returns whether a batch of letters is on its way */
  const beginLetters = (to: Sink): boolean => {
    if (replaying || !replay.pending) return false;
    replaying = true;
    const sent = resend
      .next(to)
      .then(options.progressed, () => {
        // Only a stop ends here: the files say where to go on.
      })
      .finally(() => {
        replaying = false;
        sends.delete(sent);
        wake();
      });
    sends.add(sent);
    return true;
  };

  const lookForLetters = async (): Promise<void> => {
    try {
      if (await replay.resetAsked()) health.reset();
      await replay.look();
    } catch (error) {
      health.note(`the folder of dead letters can't be read: ${reasonOf(error)}`);
    }
    if (wantsRoom && !deadLetters.full) health.nudge();
    if (replay.pending) wake();
  };

  const open = async (): Promise<Sink | undefined> => {
    for (;;) {
      const pass = await health.admit();
      if (!pass) return undefined;
      let candidate: Sink | undefined;
      try {
        candidate = await options.create();
        const opened = await candidate.open?.(start.state);
        leaves = leavesOutOf(opened);
        if (opened !== undefined) {
          spool.advance(id, cursor(), opened);
          spool.sync();
        }
        health.succeeded(pass);
        return candidate;
      } catch (error) {
        await candidate?.close().catch(() => {});
        health.failed(pass, error);
      }
    }
  };

  const run = async (): Promise<void> => {
    await lookForLetters();
    sink = await open();
    let lettersFirst = true;
    while (sink && !stop.signal.aborted) {
      if (health.paused || inFlight.length + Number(replaying) >= batch.concurrency) {
        await sleep();
        continue;
      }
      // By turns, so that neither holds the other up.
      lettersFirst = !lettersFirst;
      if ((lettersFirst || deadLetters.full) && beginLetters(sink)) continue;
      if (deadLetters.full) {
        wantsRoom = true;
        await (replaying ? sleep() : health.trouble(new Error(deadLetters.problem)));
        wantsRoom = false;
        continue;
      }
      let unit: Unit | undefined;
      try {
        unit = intake.take();
        health.mended();
      } catch (error) {
        await health.trouble(new Error("the spool can't be read", { cause: error }));
        continue;
      }
      if (!unit) {
        if (!beginLetters(sink)) await sleep();
        continue;
      }
      const counts = { settled: 0, orphaned: 0, givenUp: new Set<number>(), refused: [] };
      const sending = { ...unit, ...counts, state: undefined, done: false };
      inFlight.push(sending);
      const sent = send(sink, sending);
      sends.add(sent);
      void sent.then(() => sends.delete(sent));
    }
  };
  const { consent } = options;
  const running = consent ? Promise.resolve() : run();
  const looking = setInterval(() => void lookForLetters(), LOOK_EVERY);
  looking.unref();

  return {
    id,
    offer(one) {
      intake.offer(one);
      // Readers must not wait for its memory.
      if (consent || health.paused) intake.detach();
      wake();
    },
    get full() {
      return intake.full;
    },
    get idle() {
      return inFlight.length === 0 && intake.idle;
    },
    get lastProgress() {
      return lastProgress;
    },
    detach: intake.detach,
    giveUp(block) {
      for (const unit of inFlight) {
        const own = unit.blocks.find(({ seq }) => seq === block.seq);
        unit.orphaned += own?.records ?? 0;
        if (own) unit.givenUp.add(own.seq);
      }
      const lost = intake.giveUp(block);
      dropped += lost;
      wake();
      return lost;
    },
    async drain(patience) {
      while (!consent && !stop.signal.aborted && cursor() < spool.head) {
        const { failingSince } = health;
        if (health.paused || (failingSince !== undefined && performance.now() - failingSince > patience))
          break;
        wake();
        await delay(10);
      }
      return spool.behind(cursor()).records + orphans();
    },
    nudge: health.nudge,
    reset: health.reset,
    get paused() {
      return health.paused;
    },
    set paused(wanted) {
      health.paused = wanted;
      options.progressed();
      wake();
    },
    deadFile: deadLetters.file,
    get problems() {
      const { problem } = deadLetters;
      return [...(problem === undefined ? [] : [problem]), ...(sink?.notes?.().problems ?? [])];
    },
    async replayDead() {
      const begun = await replay.begin();
      if (wantsRoom) health.nudge();
      options.progressed();
      wake();
      return begun;
    },
    figures() {
      const { records, bytes, oldest } = spool.behind(cursor());
      const { folded, leftOut } = sink?.notes?.() ?? {};
      return {
        id,
        type: options.type,
        state: consent ? "consent" : health.state,
        ...(consent && { consent }),
        target: sink?.target ?? "",
        ...(sink?.unverified && { unverified: true }),
        delivered,
        dead,
        replayed: resend.replayed,
        deadWaiting: deadLetters.count,
        ...(replay.pending && { replaying: replay.left }),
        dropped: dropped + intake.damaged,
        ...(folded !== undefined && { folded }),
        ...(leftOut !== undefined && { leftOut }),
        inFlight: inFlight.reduce((sum, unit) => sum + unit.records.length, 0),
        lagRecords: records + orphans(),
        lagBytes: bytes,
        lagMs: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest),
        ...health.figures(),
      };
    },
    async close() {
      stop.abort();
      clearInterval(looking);
      wake();
      await running;
      // A write under way may still arrive: its cursor is worth a wait, a hung server is not.
      const timeout = new AbortController();
      const patience = delay(CLOSE_WAIT, undefined, { signal: timeout.signal }).catch(() => {});
      await Promise.race([Promise.all(sends), patience]);
      timeout.abort();
      const lost = orphans();
      if (lost > 0)
        log.warn(`sink ${id}: ${counted(lost, "record")} under way, no longer in the spool: given up`);
      dropped += lost;
      for (const unit of inFlight) unit.orphaned = 0;
      deadLetters.close();
      await sink?.close();
    },
  };
}
