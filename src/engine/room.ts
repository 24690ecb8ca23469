import type { SpoolConfig } from "../config/config.ts";
import { counted } from "../lib/counted.ts";
import type { Log } from "../lib/log.ts";
import type { Spool } from "../spool/spool.ts";
import type { Decoder } from "./decode.ts";
import type { Delivery } from "./delivery.ts";
import { createDropMarks } from "./drop-marks.ts";

/** Raw bytes between reading and the disk. */
export const PENDING_BYTES = 1 << 19;
/** A sink that holds the readers up for so long (ms) without need goes on from the spool at its own pace. */
const PATIENCE = 1_000;
/** Nobody tells when passed blocks are deleted, soon after the sink's last step: waiting readers look again (ms). */
const LOOK_AGAIN = 50;
/** That readers wait is told again when the spool was so far from full (of `maxBytes`): at the bound it comes and goes. */
const RELIEVED = 0.9;
/** What is given up is told at once, then so often (ms) while it goes on. */
const TELL_EVERY = 10_000;

/** Where readers wait when a bound is reached; the log files are the last buffer. */
export interface Room {
  /** Undefined: there is room. The promise resolves also when `signal` is aborted: look at it before reading on. */
  wait(signal?: AbortSignal): Promise<void> | undefined;
  /** Something went forward: waiting readers look again. */
  signal(): void;
  close(): void;
  /** Lines given up under `dropOldest` that at least one sink lacks for it. */
  readonly dropped: number;
}

export function createRoom(
  spool: Spool,
  deliveries: () => Iterable<Delivery>,
  config: () => SpoolConfig,
  log: Log,
  decoder: Pick<Decoder, "decode">,
): Room {
  const marks = createDropMarks(spool, decoder);
  let waiters: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** When the first of those that wait began to. */
  let since: number | undefined;
  let dropped = 0;
  /** The same by sink. */
  const lacks = new Map<string, number>();
  let told = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  let warned = false;

  const tell = (): void => {
    if (dropped === told) return;
    told = dropped;
    toldAt = performance.now();
    const sinks = [...lacks].map(([id, lines]) => `${id} lacks ${lines}`).join(", ");
    log.warn(`the spool is full: ${counted(dropped, "line")} given up so far, the oldest first (${sinks})`);
  };

  const giveUp = (maxBytes: number): void => {
    while (spool.figures().bytes > maxBytes) {
      const block = marks.dropOldest();
      if (!block) break;
      const lost = new Map<string, number>();
      // Those that do not run at present lack the whole block; what runs knows better.
      for (const id of block.sinks) lost.set(id, block.lines);
      for (const one of deliveries()) lost.set(one.id, one.giveUp(block));
      dropped += Math.max(0, ...lost.values());
      marks.note(lost);
      for (const [id, lines] of lost) if (lines > 0) lacks.set(id, (lacks.get(id) ?? 0) + lines);
    }
    if (performance.now() - toldAt >= TELL_EVERY) tell();
  };

  const spoolFull = (): boolean => {
    const { maxBytes, whenFull } = config();
    const { bytes } = spool.figures();
    if (bytes <= maxBytes * RELIEVED) warned = false;
    if (bytes <= maxBytes) return false;
    if (whenFull === "dropOldest") {
      giveUp(maxBytes);
      return false;
    }
    if (!warned) log.warn(`the spool has reached spool.maxBytes (${maxBytes}): readers wait`);
    warned = true;
    return true;
  };

  const blocked = (): boolean =>
    spool.pendingBytes > PENDING_BYTES || [...deliveries()].some((one) => one.full) || spoolFull();

  /** Sinks do not feel each other: one that is stuck, or that starves others, is cut loose. */
  const cutLoose = (): void => {
    const all = [...deliveries()];
    const now = performance.now();
    for (const one of all) {
      if (!one.full) continue;
      if (now - one.lastProgress > PATIENCE || all.some((other) => other !== one && other.idle)) one.detach();
    }
  };

  const look = (): void => {
    if (!closed && waiters.length > 0 && blocked()) {
      since ??= performance.now();
      timer ??= setTimeout(() => {
        timer = undefined;
        if (since !== undefined && performance.now() - since >= PATIENCE) {
          cutLoose();
          since = performance.now();
        }
        look();
      }, LOOK_AGAIN);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    since = undefined;
    const free = waiters;
    waiters = [];
    for (const resolve of free) resolve();
  };

  return {
    wait(signal) {
      if (closed || signal?.aborted || !blocked()) return undefined;
      return new Promise((resolve) => {
        const go = (): void => {
          signal?.removeEventListener("abort", leave);
          resolve();
        };
        const leave = (): void => {
          waiters = waiters.filter((waiter) => waiter !== go);
          resolve();
        };
        signal?.addEventListener("abort", leave, { once: true });
        waiters.push(go);
        look();
      });
    },
    signal() {
      if (waiters.length > 0) look();
    },
    close() {
      closed = true;
      tell();
      look();
    },
    get dropped() {
      return dropped;
    },
  };
}
