import { existsSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { tryFolder } from "../lib/folders.ts";
import type { LogRecord } from "../model.ts";
import { findMoved, type Output, openOutput, unwritable } from "./file-output.ts";
import { readStanding } from "./file-standing.ts";
import { createRecordFormatter } from "./record-json.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";

const fileSinkOptions = z.strictObject({
  path: z.string().min(1).describe("File that records are appended to, one JSON object a line."),
});

/** Where the output ended after a write: records that stand beyond it were not acknowledged. */
const fileState = z.object({
  path: z.string(),
  dev: z.string(),
  ino: z.string(),
  length: z.number(),
  mark: z.string(),
});
type FileState = z.output<typeof fileState>;

/** So much (bytes) of a file that others changed is searched for our own records. */
const SEARCH = 64 << 20;
const LINE_END = Buffer.from("\n");
/** After so many new records in a row those that are still awaited will not come. */
const AWAITED = 1_000;

/**
 * One JSON record a line. Nothing is cut but a torn line of its own: a restart leaves out the records that
 * stand already, so that each stands once, and what others wrote or moved stays as it is.
 */
export const fileSink: SinkDefinition<typeof fileSinkOptions> = {
  type: "file",
  options: fileSinkOptions,
  once: false,
  batch: { records: 10_000, bytes: 1 << 20, concurrency: 1 },
  outputs: ({ path }, baseDir) => [resolve(baseDir, path)],
  create: (options, context) => createFileSink(resolve(context.baseDir, options.path), context),
};

function createFileSink(path: string, { log }: SinkContext): Sink<FileState> {
  let output: Output | undefined;
  /** What to keep with the cursor as long as records are awaited that stand already. */
  let base: FileState | undefined;
  /** Highest offset that stands, by generation. A generation's records come in the order of their offsets. */
  const standing = new Map<string, number>();
  let inARow = 0;
  /** The beginning of a last line that lacks its end, and where it begins. */
  let torn: Buffer = Buffer.alloc(0);
  let whole = 0;
  let warned = false;
  const format = createRecordFormatter();

  const expect = (offsets: ReadonlyMap<string, number>): void => {
    for (const [key, offset] of offsets) standing.set(key, Math.max(standing.get(key) ?? 0, offset));
  };

  /** Takes note of how the file ends; with `ids`, also of the records in it. */
  const survey = async (to: Output, from: number, ids: boolean): Promise<void> => {
    const found = await readStanding(path, from, to.length);
    if (ids) expect(found.offsets);
    torn = found.torn;
    whole = torn.length === 0 ? to.length : found.end;
  };

  const isNew = ({ origin, offset }: LogRecord): boolean => {
    const highest = standing.get(origin.key);
    if (highest !== undefined && offset >= highest) standing.delete(origin.key);
    if (highest !== undefined && offset <= highest) {
      inARow = 0;
      return false;
    }
    if (++inARow >= AWAITED) standing.clear();
    return true;
  };

  /** Finds out what stands already of the records to come. */
  const recover = async (to: Output, last: FileState): Promise<FileState> => {
    if (await to.holds(last)) {
      await survey(to, last.length, true);
      return last;
    }
    const moved = await findMoved(path, last);
    const old =
      moved === undefined ? undefined : await readStanding(moved, last.length, (await stat(moved)).size);
    expect(old?.offsets ?? new Map());
    if (moved !== undefined)
      log.info(`${path}: the file of the last run is ${moved} now, this is another one`);
    else if (to.length > 0)
      log.warn(`${path} is not as this sink left it: records are appended, and what is there is kept`);
    const from = Math.max(0, to.length - SEARCH);
    await survey(to, from, true);
    // Until what stands in the moved file was passed, the next run must look there too.
    return old && old.offsets.size > 0 ? last : { path, ...(await to.place(from)) };
  };

  const look = async (to: Output): Promise<void> => {
    const fate = await to.look();
    if (fate === "same") return;
    if (fate === "moved") log.info(`${path} was moved or deleted: a new file is begun`);
    else if (fate === "shrunk") log.info(`${path} was cut by someone else: records go to its new end`);
    else if (!warned) {
      warned = true;
      log.warn(`${path} is written by something else too: its lines are kept between the records`);
    }
    await survey(to, Math.max(0, to.length - (1 << 16)), false);
  };

  const state = async (to: Output): Promise<FileState> => {
    if (standing.size === 0) base = undefined;
    return base ?? { path, ...(await to.place(whole)) };
  };

  return {
    target: path,
    async open(previous) {
      const to = await openOutput(path).catch((error: unknown) => {
        throw unwritable(path, error);
      });
      output = to;
      const last = fileState.safeParse(previous);
      if (!to.regular) return { path, ...(await to.place(0)) };
      if (last.success && last.data.path === path) base = await recover(to, last.data);
      else await survey(to, Math.max(0, to.length - (1 << 16)), false);
      return state(to);
    },
    async write(records: readonly LogRecord[], again = false) {
      if (!output) throw new Error("the file is not open");
      await look(output).catch((error: unknown) => {
        throw unwritable(path, error);
      });
      // A replay is not what a kill cut short: whoever asks for records again gets them again.
      const fresh = standing.size > 0 && !again ? records.filter(isNew) : records;
      if (fresh.length > 0) {
        const bytes = format(fresh);
        // Ours only if the next record begins so; someone else's line gets its end instead.
        const own = bytes.subarray(0, torn.length).equals(torn);
        if (torn.length > 0 && own) await output.cut(whole);
        await output.append(own ? bytes : Buffer.concat([LINE_END, bytes]));
        torn = Buffer.alloc(0);
        whole = output.length;
      }
      return state(output);
    },
    async check() {
      try {
        // What is not there is not made: a program that runs may begin to write it at the same moment.
        if (existsSync(path)) await (await open(path, "a")).close();
        else tryFolder(dirname(path));
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    preview: (records) => format(records).toString(),
    async close() {
      await output?.close();
    },
  };
}
