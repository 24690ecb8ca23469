import type { FileHandle } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { reasonOf } from "../../errors.ts";
import { sniff, UTF8 } from "../../lib/encoding.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Follower, FollowerHost } from "./follower.ts";
import { createGroupCutter } from "./groups.ts";
import {
  FINGERPRINT_BYTES,
  fingerprintOfHead,
  growFingerprint,
  MARKER_BYTES,
  readHead,
  readMarker,
  type Verdict,
  writeMarker,
} from "./identity.ts";
import { type Before, beforeOf, type Cutter, createCutter, type Lines } from "./lines.ts";
import { createTrail } from "./trail.ts";

/** Events within this many ms of a read share the next one: the price of a read is paid once a burst. */
const COALESCE = 25;
/** After growth the file is looked at again by itself after these ms: change events are sometimes lost. */
const LOOK_AGAIN = [15, 30, 60, 125, 250, 500, 1000, 2000];
/** A renamed or removed file that has been quiet for so long (ms) will not be written to any more. */
const RETIRED_QUIET = 10_000;
const RETIRED_POLL = 250;

/**
 *   read ──same bytes before?──▶ cut whole lines ──▶ emit (durable later, in order)
 *     │ end of file                 │ no: truncated or rewritten
 *     ▼                             ▼
 *   wait for an event, a look     rest of the old generation from its copy, then a new generation
 */
export function follow(
  host: FollowerHost,
  handle: FileHandle,
  generation: Generation,
  paused: () => boolean,
): Follower {
  let current = generation;
  const cutterAt = (offset: number, before: Before, head?: Buffer): Cutter => {
    const form = { encoding: host.encoding, limit: host.maxLine, ...(head && { head }) };
    const lines = createCutter(offset, before, form);
    return host.multiline ? createGroupCutter(lines, host.multiline, host.grouping, current.path) : lines;
  };
  let cutter = cutterAt(current.offset, "line");
  /** The raw bytes before `cutter.position`: those held back and a marker's length before them. */
  let trail = createTrail(readMarker(current.marker).bytes);
  /** Lines that were cut since we read the file. */
  let cutLines = 0;
  let size = current.offset;
  let lastRead: number | undefined;
  /** Spans of time are measured on a clock that no one sets. */
  let lastGrowth = performance.now();
  /** When the last read began: what was written since then it could not see, however late it is answered. */
  let lastLook = lastGrowth;
  let looks = LOOK_AGAIN.length;
  let retired = false;
  let over = false;
  const stopping = new AbortController();
  let failure: string | undefined;
  let failedAt: number | undefined;
  let emitted: Promise<void> = Promise.resolve();
  let drains: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  let wakeUp: (() => void) | undefined;
  let woken = true;
  /** There is no room for what is read. */
  let blocked = false;

  const wake = (): void => {
    woken = true;
    if (blocked) void measure(handle);
    wakeUp?.();
  };

  const hand = (lines: Lines): void => {
    const { start, bytes, cut, skipped, groups, cutGroups = 0, apart } = lines;
    const marker = trail.last(MARKER_BYTES, cutter.position - start - bytes.length);
    lastRead = Date.now();
    cutLines += cutGroups + (cut ? 1 : 0);
    const durable = host.emit({
      generation: current,
      start,
      bytes,
      marker: writeMarker(marker, cut),
      observed: lastRead,
      ...(cutter.encoding !== UTF8 && { encoding: cutter.encoding }),
      ...(cut && { cut }),
      ...(skipped > 0 && { skipped }),
      ...(groups !== undefined && { records: groups }),
      ...(apart && { apart }),
    });
    emitted = durable;
    durable.catch(host.fail);
  };

  const flush = (final?: boolean): void => {
    for (let lines = cutter.flush(final); lines; lines = cutter.flush(final)) hand(lines);
  };

  /** One read. `end` when nothing more is there now. */
  const step = async (from: FileHandle): Promise<"more" | "end" | Verdict> => {
    const buffer = await host.buffers.acquire();
    try {
      const known = trail.last(MARKER_BYTES);
      const overlap = known.length;
      lastLook = performance.now();
      const { bytesRead } = await from.read(buffer, 0, buffer.length, cutter.position - overlap);
      if (bytesRead < overlap) return "truncated";
      if (!buffer.subarray(0, overlap).equals(known)) return "rewritten";
      const bytes = buffer.subarray(overlap, bytesRead);
      if (bytes.length === 0) return "end";
      current.begun = true;
      const at = cutter.position;
      const parts = cutter.push(bytes);
      const [first] = parts;
      const end = first ? first.start + first.bytes.length : cutter.offset;
      trail.add(bytes, MARKER_BYTES + cutter.position - end);
      size = Math.max(size, cutter.position);
      lastGrowth = performance.now();
      looks = 0;
      // Nothing stands before the first bytes that would tell whether the file was begun over since it was described.
      if (at === 0) Object.assign(current, fingerprintOfHead(bytes));
      else if (current.fingerprintLength < FINGERPRINT_BYTES) {
        Object.assign(current, await growFingerprint(from, current, at, bytes));
      }
      for (const lines of parts) hand(lines);
      trail.trim(MARKER_BYTES + cutter.position - cutter.offset);
      return bytesRead === buffer.length ? "more" : "end";
    } finally {
      host.buffers.release(buffer);
    }
  };

  /** What is not read yet is to be seen while nothing can be read. */
  const measure = async (from: FileHandle): Promise<void> => {
    size = Math.max(size, (await from.stat().catch(() => undefined))?.size ?? 0);
  };

  const readToEnd = async (from: FileHandle): Promise<"end" | "held" | Verdict> => {
    for (;;) {
      const wait = host.room(stopping.signal);
      if (wait || paused()) await measure(from);
      if (wait) {
        blocked = true;
        await wait;
        blocked = false;
      }
      if (stopping.signal.aborted || paused()) return "held";
      const outcome = await step(from);
      if (outcome !== "more") return outcome;
    }
  };

  const end = async (): Promise<void> => {
    flush(true);
    await emitted;
    current.ended = true;
    host.save(current);
  };

  const startOver = async (verdict: Verdict): Promise<void> => {
    const { path } = current;
    const copy = await host.copyOf(current, cutter.position, trail.last(MARKER_BYTES));
    if (copy) {
      try {
        // The rest is still to come: it is looked for again at the next turn, or at the next start.
        if ((await readToEnd(copy.handle)) === "held") return;
        flush(true);
        await emitted;
        await copy.remember();
      } finally {
        await copy.handle.close();
        copy.release();
      }
    }
    host.log.info(
      `${path} was ${verdict} at byte ${cutter.position}${copy ? ", its copy was read to the end" : ""}`,
    );
    await end();
    current = await host.begin(path, handle);
    cutter = cutterAt(current.offset, "line");
    trail = createTrail(Buffer.alloc(0));
    size = 0;
    host.changed();
  };

  /** How long (ms) the file must not grow before what is held back is taken as it is. */
  const patience = (): number => {
    const { multiline, partialAfter } = host;
    if (!multiline) return partialAfter;
    return cutter.partial ? Math.max(multiline.timeout, partialAfter) : multiline.timeout;
  };

  const idle = async (): Promise<void> => {
    const quiet = performance.now() - lastGrowth;
    let wait: number | undefined = LOOK_AGAIN[looks];
    if (wait !== undefined) looks++;
    if (retired) wait = Math.min(wait ?? RETIRED_POLL, RETIRED_POLL);
    if (cutter.flushable && !paused())
      wait = Math.min(wait ?? Number.POSITIVE_INFINITY, Math.max(COALESCE, patience() - quiet));
    if (!woken) {
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        if (wait !== undefined) setTimeout(resolve, wait);
      });
      wakeUp = undefined;
    }
    woken = false;
  };

  /** @param count how many were waiting before the file was read to its end */
  const settleDrains = async (count: number): Promise<void> => {
    if (count === 0 || paused()) return;
    const waiting = drains.splice(0, count);
    flush();
    await emitted.then(
      () => {
        for (const { resolve } of waiting) resolve();
      },
      (error) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  };

  const settleLast = (): void => {
    for (const { resolve, reject } of drains) {
      if (failure === undefined) resolve();
      else reject(new Error(`${current.path}: ${failure}`));
    }
    drains = [];
  };

  /** What was read of the file's head in another life tells what its rest is. */
  const resume = async (): Promise<void> => {
    if (current.offset === 0) return;
    const head = await readHead(handle, current.offset);
    const { bytes, cut } = readMarker(current.marker);
    const before = beforeOf(bytes, cut, sniff(head, host.encoding).encoding);
    cutter = cutterAt(current.offset, before, head);
  };

  const run = async (): Promise<void> => {
    try {
      await resume();
      while (!stopping.signal.aborted) {
        woken = false;
        const began = performance.now();
        const waiting = drains.length;
        const outcome = await readToEnd(handle);
        if (stopping.signal.aborted) break;
        if (outcome === "truncated" || outcome === "rewritten") {
          await startOver(outcome);
          continue;
        }
        if (outcome === "end") {
          await settleDrains(waiting);
          const quiet = lastLook - lastGrowth;
          if (quiet >= patience()) flush();
          if (retired && quiet >= RETIRED_QUIET) return await end();
        }
        await idle();
        const since = performance.now() - began;
        if (!stopping.signal.aborted && drains.length === 0 && since < COALESCE)
          await delay(COALESCE - since);
      }
    } catch (error) {
      failure = reasonOf(error);
      failedAt = performance.now();
      // What is not read is told of, if it is ever lost.
      await measure(handle);
      host.log.warn(`${current.path}: reading failed: ${failure}`);
    } finally {
      await emitted.catch(() => {});
      await handle.close().catch(() => {});
      over = true;
      settleLast();
      host.changed();
    }
  };
  const done = run();

  return {
    get generation() {
      return current;
    },
    get state() {
      return failure !== undefined
        ? "failed"
        : stopping.signal.aborted
          ? "stopped"
          : paused()
            ? "paused"
            : "watching";
    },
    get reason() {
      return failure;
    },
    get failedAt() {
      return failedAt;
    },
    get position() {
      return cutter.offset;
    },
    get size() {
      return size;
    },
    get lastRead() {
      return lastRead;
    },
    get cutLines() {
      return cutLines;
    },
    wake,
    retire() {
      retired = true;
      lastGrowth = performance.now();
      wake();
    },
    drain() {
      return new Promise((resolve, reject) => {
        drains.push({ resolve, reject });
        if (over) settleLast();
        wake();
      });
    },
    done,
    async stop() {
      stopping.abort();
      wake();
      await done;
    },
  };
}
