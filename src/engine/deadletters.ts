import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { appendLines } from "../lib/append.ts";
import { makeFolderAsync } from "../lib/folders.ts";
import { linesOf } from "../lib/line-reader.ts";
import type { Log } from "../lib/log.ts";
import { createThrottle } from "../lib/throttle.ts";
import { recordId } from "../model.ts";
import { glance, letterLine } from "./letter.ts";
import { createRecentIds, type RecentIds } from "./recent-ids.ts";
import type { Refusal } from "./sift.ts";

/** Refusals are told at once, then so often (ms), summed up: a destination may refuse every record. */
const TELL_EVERY = 10_000;
const MIB = 2 ** 20;
/** The file is spoken of as a problem from so many bytes on; at so many its sink gets nothing more. */
const LOUD = 256 * MIB;
const MOST = 1024 * MIB;
/** A letter has its line in `raw`, `message` and `fields`, with escapes; the rest of it is about so long. */
const COPIES = 8;
const FRAME = 1_024;

/**
 * What a kill left between letters and the cursor comes again: those letters lie in the last so many bytes of the
 * file. That is all writes in flight, and a replay beside them, if every record of them is refused.
 */
export function reachOf(batch: { records: number; bytes: number; concurrency: number }): number {
  const { records, bytes, concurrency } = batch;
  return (concurrency + 1) * (COPIES * Math.max(MIB, bytes) + FRAME * records);
}

/** Bounds of the file, in bytes. */
export interface LetterLimits {
  /** A record that is refused again is known by a letter among the last so many. */
  readonly reach: number;
  /** From here on it is a problem. */
  readonly loud: number;
  /** Here it is full. */
  readonly most: number;
}

/** The file of what a sink refused. */
export function deadFile(dataDir: string, sink: string): string {
  return join(dataDir, "dead", `${sink}.ndjson`);
}

/** What a sink refused for good: a JSON object a line with the reason, in the sink's file, which people may edit. */
export interface DeadLetters {
  readonly file: string;
  /** Letters in the file, when last looked at. */
  readonly count: number;
  /** It is so large that nothing more is to be sent that might be refused; what was refused is still taken. */
  readonly full: boolean;
  /** What is wrong with its size, in words that say what to do. */
  readonly problem: string | undefined;
  /** Resolves when they are in the file, each once; it is told in the log, summed up. @throws what the file system throws */
  bury(refusals: readonly Refusal[]): Promise<void>;
  /** Puts lines back as they are, each once, however often it is told. */
  putBack(lines: readonly string[]): Promise<void>;
  /** Does something with the file while nothing is added to it. */
  alone<T>(act: () => Promise<T>): Promise<T>;
  /** Counts again what others may have edited. */
  look(): Promise<void>;
  close(): void;
}

export function createDeadLetters(
  dataDir: string,
  sink: string,
  log: Log,
  limits: Partial<LetterLimits> = {},
): DeadLetters {
  const { reach = 8 * MIB, loud = LOUD, most = MOST } = limits;
  const file = deadFile(dataDir, sink);
  let queue: Promise<unknown> = Promise.resolve();
  let count = 0;
  let bytes = 0;
  /** Size and time of change that `count` is of. */
  let counted = "";
  /** Ids of the last letters; undefined: not looked yet. */
  let known: RecentIds | undefined;
  let untold = 0;
  let example = "";

  const tell = (): void => {
    if (untold === 0) return;
    const told = untold === 1 ? "1 record was" : `${untold} records were`;
    log.error(`sink ${sink}: ${told} refused for good and kept in dead/${sink}.ndjson, first ${example}`);
    untold = 0;
  };
  const telling = createThrottle(tell, TELL_EVERY);

  const alone = <T>(act: () => Promise<T>): Promise<T> => {
    const next = queue.then(act);
    queue = next.catch(() => {});
    return next;
  };

  const stamp = async (): Promise<{ readonly size: number; readonly mark: string }> => {
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return found
      ? { size: found.size, mark: `${found.ino} ${found.size} ${found.mtimeMs}` }
      : { size: 0, mark: "" };
  };

  const look = async (): Promise<void> => {
    const { size, mark } = await stamp();
    bytes = size;
    if (mark === counted) return;
    known = undefined;
    let letters = 0;
    for await (const _ of linesOf(file)) letters++;
    count = letters;
    counted = mark;
  };

  /** The lines that may have come in right before a kill. */
  const tail = async function* (): AsyncGenerator<{ readonly text: string; readonly length: number }> {
    const from = Math.max(0, (await stamp()).size - reach);
    for await (const { text, start, end } of linesOf(file, from)) yield { text, length: end - start };
  };

  const recent = async (): Promise<RecentIds> => {
    const ids = createRecentIds(reach);
    for await (const { text, length } of tail()) {
      const id = glance(text)?.id;
      if (id !== undefined) ids.add(id, length);
    }
    return ids;
  };

  /** To be called alone. */
  const append = async (lines: readonly string[]): Promise<void> => {
    counted = "";
    await appendLines(file, lines.join(""));
    count += lines.length;
    const { size, mark } = await stamp();
    bytes = size;
    counted = mark;
  };

  const ready = async (): Promise<void> => {
    await makeFolderAsync(dirname(file));
    await look();
  };

  const add = (letters: readonly (readonly [id: string, line: string])[]): Promise<void> =>
    alone(async () => {
      await ready();
      const ids = known ?? (await recent());
      known = ids;
      const fresh = letters.filter(([id]) => !ids.has(id));
      if (fresh.length === 0) return;
      await append(fresh.map(([, line]) => line));
      for (const [id, line] of fresh) ids.add(id, Buffer.byteLength(line));
    });

  return {
    file,
    get count() {
      return count;
    },
    get full() {
      return bytes >= most;
    },
    get problem() {
      if (bytes < loud) return undefined;
      const size = `${Math.floor(bytes / MIB)} MiB`;
      return bytes < most
        ? `the dead letters of sink ${sink} are ${size} (dead/${sink}.ndjson): replay or delete them; at ${Math.floor(most / MIB)} MiB nothing more is sent to it`
        : `dead letters fill dead/${sink}.ndjson (${size}): replay or delete them; until then nothing more is sent to sink ${sink}`;
    },
    async bury(refusals) {
      const [first] = refusals;
      if (!first) return;
      const at = new Date().toISOString();
      await add(refusals.map((one) => [recordId(one.record), letterLine(one, sink, at)]));
      const { origin, offset } = first.record;
      if (untold === 0) example = `that of ${origin.file} at byte ${offset}: ${first.reason}`;
      untold += refusals.length;
      telling.request();
    },
    putBack: (lines) =>
      alone(async () => {
        await ready();
        const missing = new Set(lines);
        for await (const { text } of tail()) missing.delete(text);
        if (missing.size > 0) await append([...missing].map((line) => `${line}\n`));
      }),
    alone: (act) =>
      alone(async () => {
        try {
          return await act();
        } finally {
          known = undefined;
          await look();
        }
      }),
    look: () => alone(look),
    close() {
      telling.dispose();
      tell();
    },
  };
}
