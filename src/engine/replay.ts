import { existsSync } from "node:fs";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { linesOf } from "../lib/line-reader.ts";
import type { Log } from "../lib/log.ts";
import type { LogRecord } from "../model.ts";
import type { BeginReplay } from "../protocol/engine.ts";
import type { DeadLetters } from "./deadletters.ts";
import { readLetter } from "./letter.ts";

/** Letters sent at once, and about how many bytes of them. */
const AT_ONCE = 1_000;
const BYTES_AT_ONCE = 1 << 20;
/** How often (ms) a running engine looks whether someone asks for a replay through the folder. */
export const LOOK_EVERY = 1_000;

/**
 * The files of a replay, in `<dataDir>/dead`. Letters are moved there whole, by one rename, and go when all of
 * them were sent or put back; how far that is stands beside them. A kill in between repeats the last step, which
 * has the effect of once at sinks that know records by id.
 */
export function replayFiles(dataDir: string, sink: string) {
  const of = (name: string): string => join(dataDir, "dead", `${sink}.${name}`);
  return {
    /** The dead letters on their way again. */
    dead: of("replay.ndjson"),
    /** Records that were delivered once, asked for again by `replay --since`. */
    again: of("again.ndjson"),
    /** Asks a running engine to replay the dead letters. */
    request: of("replay"),
    /** Asks a running engine to end the sink's waits. */
    reset: of("reset"),
  };
}

/** What is sent at once. */
export interface Letters {
  readonly records: readonly LogRecord[];
  /** Dead letters, and not records that were delivered before. */
  readonly dead: boolean;
  /** They were sent, and what was refused is buried. */
  done(): Promise<void>;
}

/** Sends dead letters again, and what else is asked for through the folder. */
export interface Replay {
  /** Takes what is in the file of dead letters. Lines that can't be sent are named, and stay. @throws what the file system throws */
  begin(): Promise<BeginReplay>;
  /** Looks for requests and for what an earlier run left. */
  look(): Promise<void>;
  /** Whether someone asked, since the last time, to end the sink's waits. */
  resetAsked(): Promise<boolean>;
  /** There is something to send. */
  readonly pending: boolean;
  /** Bytes of letters still to be sent. */
  readonly left: number;
  /** The next ones; undefined when all were sent. */
  next(): Promise<Letters | undefined>;
}

const progressSchema = z.object({ offset: z.int().min(0) });

/** How far the letters of a file that is on its way were sent, in bytes. */
export async function sentOf(file: string): Promise<number> {
  const text = await readFile(`${file}.sent`, "utf8").catch(() => "");
  return progressSchema.safeParse(parsed(text)).data?.offset ?? 0;
}

export function createReplay(dataDir: string, sink: string, letters: DeadLetters, log: Log): Replay {
  const files = replayFiles(dataDir, sink);
  const folder = dirname(letters.file);
  let left = 0;
  const sent = new Map<string, number>();

  const sizes = async (): Promise<number> => {
    let sum = 0;
    for (const file of [files.dead, files.again]) {
      const size = (await stat(file).catch(() => undefined))?.size;
      if (size === undefined) continue;
      sum += Math.max(1, size - (await offsetOf(file)));
    }
    return sum;
  };

  const offsetOf = async (file: string): Promise<number> => {
    const known = sent.get(file);
    if (known !== undefined) return known;
    const offset = await sentOf(file);
    sent.set(file, offset);
    return offset;
  };

  const advance = async (file: string, offset: number): Promise<void> => {
    const next = `${file}.sent.tmp`;
    await writeFile(next, JSON.stringify({ offset }));
    await rename(next, `${file}.sent`);
    sent.set(file, offset);
  };

  /** The file goes first: how far one was sent that is gone does no harm, and is forgotten before the next one. */
  const finish = async (file: string): Promise<void> => {
    await rm(file, { force: true });
    await forget(file);
  };

  const forget = async (file: string): Promise<void> => {
    await rm(`${file}.sent`, { force: true });
    sent.delete(file);
  };

  const begin = async (): Promise<BeginReplay> => {
    const bad: { line: number; reason: string }[] = [];
    let count = 0;
    for await (const { text, number } of linesOf(letters.file)) {
      try {
        readLetter(text);
        count++;
      } catch (error) {
        if (bad.length < 100) bad.push({ line: number, reason: reasonOf(error) });
      }
    }
    if (count > 0 && !existsSync(files.dead)) {
      await forget(files.dead);
      await rename(letters.file, files.dead);
      log.info(`sink ${sink}: ${counted(count, "dead letter")} ${count === 1 ? "is" : "are"} sent again`);
    } else if (count > 0) {
      return { letters: 0, bad, underWay: true };
    }
    for (const { line, reason } of bad)
      log.warn(`sink ${sink}: line ${line} of dead/${sink}.ndjson can't be sent and is kept: ${reason}`);
    left = await sizes();
    return { letters: count, bad, underWay: false };
  };

  return {
    begin: () => letters.alone(begin),
    async look() {
      if (!existsSync(folder) && letters.count === 0) return;
      if (existsSync(files.request)) {
        const { underWay } = await letters.alone(begin);
        // One that is under way comes first: what is refused by it would be sent in a circle.
        if (!underWay) await rm(files.request, { force: true });
      }
      await letters.look();
      left = await sizes();
    },
    async resetAsked() {
      if (!existsSync(files.reset)) return false;
      await rm(files.reset, { force: true });
      return true;
    },
    get pending() {
      return left > 0;
    },
    get left() {
      return left;
    },
    async next() {
      const file = [files.dead, files.again].find((one) => existsSync(one));
      if (file === undefined) {
        left = 0;
        return undefined;
      }
      const from = await offsetOf(file);
      const records: LogRecord[] = [];
      const bad: string[] = [];
      let end = from;
      for await (const line of linesOf(file, from)) {
        end = line.end;
        try {
          records.push(readLetter(line.text));
        } catch {
          bad.push(line.text);
        }
        if (records.length + bad.length >= AT_ONCE || end - from >= BYTES_AT_ONCE) break;
      }
      return {
        records,
        dead: file === files.dead,
        async done() {
          if (bad.length > 0) await letters.putBack(bad);
          if (records.length + bad.length === 0) await finish(file);
          else await advance(file, end);
          left = await sizes();
        },
      };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
