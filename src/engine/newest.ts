import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Config, SourceConfig } from "../config/config.ts";
import { UserError } from "../errors.ts";
import { openDatabase } from "../lib/database.ts";
import { MARK_BYTES, sniff, UTF8 } from "../lib/encoding.ts";
import { lineEndsOf } from "../lib/line-ends.ts";
import { silent } from "../lib/log.ts";
import type { LogRecord } from "../model.ts";
import { createMatcher, isPacked, readExactly } from "../sources/index.ts";
import { createCheckpoints, type Generation } from "../spool/checkpoints.ts";
import { openReader } from "../store/reader.ts";
import { parserConfigOf, parserFor } from "./decode.ts";
import { gatheringOf } from "./groups.ts";
import { parseLines } from "./lines.ts";
import { createQuarantine } from "./quarantine.ts";
import { fromStore } from "./stored.ts";

/** So much (bytes) of a file's end is looked at, of so many files of a source, those that were read last. */
const REACH = 1 << 16;
const FILES = 20;
/** So many of the newest records of the store are looked through for those of the right sources. */
const SCAN = 5_000;
/** Stands for the key of a generation where a file was never read. */
const NO_KEY = "0".repeat(16);

/** Records to show, in the order of their times, and where they were found: paths, or the store. */
export interface Newest {
  readonly records: readonly LogRecord[];
  readonly from: readonly string[];
}

/**
 * The newest records that are for a sink, as it would get them now: the last lines of files, and of sources that
 * read none what the embedded store holds. Only reads, also beside the program that runs on the data folder. What
 * waits for the user's consent is left alone.
 * @param sink undefined: one that no source names
 * @param file look at this file alone; where no source reads it, the parser `auto` does
 * @throws UserError when that can't be read
 */
export async function newestRecords(
  config: Config,
  sink: string | undefined,
  limit: number,
  file?: string,
): Promise<Newest> {
  const routed = [...config.sources.values()].filter(
    ({ sinks, consent }) => !consent && (sinks?.some((one) => one === sink) ?? true),
  );
  const generations = generationsIn(config.dataDir);
  const found: { readonly record: LogRecord; readonly from: string }[] = [];
  const look = async (path: string, source: SourceConfig, key: string): Promise<number> => {
    const records = await lastRecords(path, source, key, limit);
    for (const record of records) found.push({ record, from: path });
    return records.length;
  };
  if (file !== undefined) {
    const source = routed.find((one) => reads(one, file)) ?? anySource(file);
    const own = generations.findLast(({ path, source: id }) => path === file && id === source.id);
    if (!existsSync(file)) throw new UserError(`${file} is not there`);
    await look(file, source, own?.key ?? NO_KEY);
  } else {
    const silentOnes = new Set<string>();
    for (const source of routed) {
      let count = 0;
      for (const { path, key } of placesOf(source, generations)) count += await look(path, source, key);
      if (count === 0) silentOnes.add(source.id);
    }
    const store = [...config.sinks.values()].some(({ type }) => type === "store");
    if (store && silentOnes.size > 0)
      for (const record of storedOf(config, silentOnes, limit)) found.push({ record, from: "store" });
  }
  found.sort((a, b) => a.record.time - b.record.time || a.record.nanos - b.record.nanos);
  const last = found.slice(-limit);
  return { records: last.map(({ record }) => record), from: [...new Set(last.map(({ from }) => from))] };
}

/** What was read by the time; nothing where no data folder is, or one that can't be read. */
function generationsIn(dataDir: string): readonly Generation[] {
  const file = join(dataDir, "spool.db");
  if (!existsSync(file)) return [];
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(file, { readOnly: true });
    return createCheckpoints(db).all();
  } catch {
    return [];
  } finally {
    db?.close();
  }
}

/** Files of a source: those that were read last, or that its patterns name. */
function placesOf(
  source: SourceConfig,
  generations: readonly Generation[],
): readonly { readonly path: string; readonly key: string }[] {
  const read = generations
    .filter((one) => one.source === source.id && !one.ended)
    .sort((a, b) => b.updated - a.updated)
    .slice(0, FILES);
  if (read.length > 0) return read;
  const { paths = [], exclude = [] } = patternsOf(source);
  return createMatcher(paths, exclude).literals.map((path) => ({ path, key: NO_KEY }));
}

/** The patterns of a source that reads files. */
function patternsOf({ type, options }: SourceConfig): { paths?: string[]; exclude?: string[] } {
  return type === "file" ? (options as { paths: string[]; exclude: string[] }) : {};
}

function reads(source: SourceConfig, file: string): boolean {
  const { paths = [], exclude = [] } = patternsOf(source);
  return createMatcher(paths, exclude).matches(file);
}

/** How a file is read that no source knows. */
function anySource(file: string): SourceConfig {
  return {
    id: basename(file).replace(/\.[^.]*$/, ""),
    type: "file",
    baseDir: "",
    options: {},
    parser: { name: "auto", options: {} },
    timezone: undefined,
    ignoreOffset: false,
    sinks: undefined,
    enabled: true,
  };
}

/** The last records of a file's whole lines; none of one that can't be read, or is packed. */
async function lastRecords(
  path: string,
  source: SourceConfig,
  key: string,
  limit: number,
): Promise<readonly LogRecord[]> {
  const handle = await open(path).catch(() => undefined);
  if (!handle) return [];
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || (await isPacked(path, handle))) return [];
    const head = await readExactly(handle, 0, Math.min(MARK_BYTES, stats.size));
    const { encoding: told } = source.options as { encoding?: string };
    const { encoding, mark } = sniff(head, told ?? UTF8);
    const ends = lineEndsOf(encoding);
    const reach = Math.max(mark, stats.size - REACH);
    const from = reach + ((reach - mark) % ends.unit);
    const bytes = await readExactly(handle, from, stats.size - from);
    const whole = from === mark;
    const first = whole ? 0 : ends.next(bytes, 0);
    const last = ends.last(bytes);
    if (!whole && last === 0) return [];
    const lines = bytes.subarray(first, last === 0 ? bytes.length : last);
    const parser = createQuarantine(silent).limited(parserFor(parserConfigOf(source)));
    const grouping = gatheringOf(source);
    const origin = { source: source.id, file: path, key };
    const records = parseLines(lines, from + first, parser, origin, Date.now(), { encoding, grouping });
    // The first of the groups may have begun before.
    return records.slice(!whole && grouping ? 1 : 0).slice(-limit);
  } finally {
    await handle.close();
  }
}

function storedOf(config: Config, sources: ReadonlySet<string>, limit: number): LogRecord[] {
  const reader = openReader(config.dataDir);
  const toRecord = fromStore(config);
  const records: LogRecord[] = [];
  try {
    for (const stored of reader.iterate({ limit: SCAN, order: "newest" })) {
      if (!sources.has(stored.source)) continue;
      records.push(toRecord(stored));
      if (records.length === limit) break;
    }
  } finally {
    reader.close();
  }
  return records.reverse();
}
