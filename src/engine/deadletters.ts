import { appendFile, mkdir, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { linesOf } from "../lib/line-reader.ts";
import type { Log } from "../lib/log.ts";
import { createThrottle } from "../lib/throttle.ts";
import { recordId } from "../model.ts";
import { glance, letterLine } from "./letter.ts";
import type { Refusal } from "./sift.ts";

/** Refusals are told at once, then so often (ms), summed up: a destination may refuse every record. */
const TELL_EVERY = 10_000;
/** What a kill left between a letter and the cursor comes again: it lies in the last so many bytes. */
const RECENT = 8 << 20;

/** The file of what a sink refused. */
export function deadFile(dataDir: string, sink: string): string {
  return join(dataDir, "dead", `${sink}.ndjson`);
}

/** What a sink refused for good: a JSON object a line with the reason, in the sink's file, which people may edit. */
export interface DeadLetters {
  readonly file: string;
  /** Letters in the file, when last looked at. */
  readonly count: number;
  /** Resolves when they are in the file, each once; it is told in the log, summed up. @throws what the file system throws */
  bury(refusals: readonly Refusal[]): Promise<void>;
  /** Puts lines back as they are. */
  putBack(lines: readonly string[]): Promise<void>;
  /** Does something with the file while nothing is added to it. */
  alone<T>(act: () => Promise<T>): Promise<T>;
  /** Counts again what others may have edited. */
  look(): Promise<void>;
  close(): void;
}

export function createDeadLetters(dataDir: string, sink: string, log: Log): DeadLetters {
  const file = deadFile(dataDir, sink);
  let queue: Promise<unknown> = Promise.resolve();
  let count = 0;
  /** Size and time of change that `count` is of. */
  let counted = "";
  /** Ids and unreadable lines that stand already; undefined: not looked yet. */
  let known: Set<string> | undefined;
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
    const { mark } = await stamp();
    if (mark === counted) return;
    known = undefined;
    let letters = 0;
    for await (const _ of linesOf(file)) letters++;
    count = letters;
    counted = mark;
  };

  const recent = async (): Promise<Set<string>> => {
    const { size } = await stamp();
    const found = new Set<string>();
    for await (const { text } of linesOf(file, Math.max(0, size - RECENT)))
      found.add(glance(text)?.id ?? text);
    return found;
  };

  const add = (entries: readonly (readonly [key: string, line: string])[]): Promise<void> =>
    alone(async () => {
      await mkdir(dirname(file), { recursive: true });
      await look();
      known ??= await recent();
      const fresh = entries.filter(([key]) => !known?.has(key));
      if (fresh.length === 0) return;
      // A letter that a kill or an editor left without its end must not swallow the next one.
      const gap = (await endsOpen(file)) ? "\n" : "";
      counted = "";
      await appendFile(file, gap + fresh.map(([, line]) => line).join(""));
      for (const [key] of fresh) known.add(key);
      count += fresh.length;
      counted = (await stamp()).mark;
    });

  return {
    file,
    get count() {
      return count;
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
    putBack: (lines) => add(lines.map((line) => [line, `${line}\n`])),
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

/** Whether the last line lacks its end. */
async function endsOpen(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
