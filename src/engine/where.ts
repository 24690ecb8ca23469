import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { openDatabase } from "../lib/database.ts";
import { UTF8 } from "../lib/encoding.ts";
import { lineEndsOf } from "../lib/line-ends.ts";
import { type LogRecord, recordId } from "../model.ts";
import { createParser } from "../parsers/index.ts";
import type { LineFate, LineQuery, LineTrace } from "../protocol/engine.ts";
import { generationsOf, isPacked, lineStart, markLength, packedText, readExactly } from "../sources/index.ts";
import type { Generation } from "../spool/checkpoints.ts";
import { createLookup, type Lookup } from "../spool/lookup.ts";
import { type BlockConfig, originOf } from "./decode.ts";
import { type Surroundings, sinkFates } from "./fates.ts";
import { parseLines } from "./lines.ts";

/** So much of a line is read at most: where its record begins is known by then. */
const STEP = 1 << 18;
/** Before a line of a group that is no longer in the spool, so much is read to find where the group begins. */
const GROUP_REACH = 1 << 20;

/**
 * Tells where a line of a file is: which record it is in, and what became of that at each sink. Only reads, also
 * beside the program that writes the data folder.
 * @param sinks what is known of those that run: why what waits does
 * @throws UserError when the file or the data folder can't be read, or has no such line
 */
export async function whereIs(
  dataDir: string,
  { file, line }: LineQuery,
  sinks: Surroundings["sinks"],
): Promise<LineTrace> {
  const database = join(dataDir, "spool.db");
  if (!existsSync(database))
    throw new UserError(`${dataDir} holds no spool.db: give the folder that run uses as --data-dir`);
  const path = resolve(file);
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${path} can't be read: ${error.message}`);
  });
  if (await isPacked(path, handle)) {
    await handle.close();
    throw new UserError(packedText(path));
  }
  const db = openDatabase(database, { readOnly: true });
  try {
    db.exec("BEGIN");
    const lookup = createLookup(db);
    const bySource = new Map<string, LineFate>();
    for (const generation of await generationsOf(handle, path, lookup.generations)) {
      const { source } = generation;
      // One that read the line tells more than one that passed it over, as it does what it knows from a copy.
      if (bySource.get(source)?.state === "read") continue;
      const fate = await fateOf(handle, generation, line, lookup, { dataDir, sinks });
      if (!bySource.has(source) || fate.state === "read") bySource.set(source, fate);
    }
    const fates = [...bySource.values()];
    // A file that no source knows may still lack the line.
    if (fates.length === 0) await lineStart(handle, line, UTF8);
    return { file: path, line, fates };
  } finally {
    db.close();
    await handle.close();
  }
}

async function fateOf(
  handle: FileHandle,
  generation: Generation,
  line: number,
  lookup: Lookup,
  { dataDir, sinks: running }: Surroundings,
): Promise<LineFate> {
  const config = configOf(lookup.configOf(generation));
  const offset = await lineStart(handle, line, config.encoding ?? UTF8);
  const account = lookup.account(generation);
  const began = account?.began ?? 0;
  const readTo = generation.offset;
  const base = { source: generation.source, generation: generation.key, offset, began, readTo, sinks: [] };
  if (offset >= readTo) return { ...base, state: "unread" };
  if (offset < began) return { ...base, state: "before" };
  // A byte order mark is no part of the first record.
  const text = Math.max(offset, await markLength(handle));
  const held = lookup.blockAt(generation, text);
  const at = held ?? (await aroundOf(handle, text, began, config));
  const shape = held ? configOf(held.config) : config;
  const records = parseLines(at.bytes, at.start, plain, originOf(generation), 0, shape);
  const record = records.findLast((one) => one.offset <= text) ?? records[0];
  if (!record) return { ...base, state: "skipped" };
  const id = recordId(record);
  const parsed = (): LogRecord | undefined => parsedAt(record.offset, at, shape, generation);
  const sinks = await sinkFates(
    { lookup, generation, offset, id, held: held?.seq, sinks: shape.sinks, parsed },
    { dataDir, sinks: running },
  );
  return { ...base, state: "read", id, record: record.offset, sinks };
}

/** A record as it was read; undefined where that depends on what came before, or could take forever. */
function parsedAt(
  offset: number,
  { start, bytes }: { readonly start: number; readonly bytes: Buffer },
  config: Partial<BlockConfig>,
  generation: Generation,
): LogRecord | undefined {
  const { name, options, timezone, ignoreOffset = false, clockAhead, stopped } = config;
  if (name === undefined || name === "auto" || stopped !== undefined) return undefined;
  const parser = createParser(name, options, { timezone, ignoreOffset, clockAhead });
  if (parser.expressions) return undefined;
  return parseLines(bytes, start, parser, originOf(generation), 0, config).find(
    (one) => one.offset === offset,
  );
}

/** Only where records begin is asked for. */
const plain = createParser("plain", {}, { timezone: undefined, ignoreOffset: false });

function configOf(json: string | undefined): Partial<BlockConfig> {
  try {
    return JSON.parse(json ?? "{}") as Partial<BlockConfig>;
  } catch {
    return {};
  }
}

/** The lines around one, from the file: what was delivered everywhere is in the spool no more. */
async function aroundOf(
  handle: FileHandle,
  offset: number,
  began: number,
  { encoding = UTF8, grouping }: Partial<BlockConfig>,
): Promise<{ readonly start: number; readonly bytes: Buffer }> {
  const ends = lineEndsOf(encoding);
  let start = offset;
  if (grouping) {
    const reach = Math.max(began, offset - GROUP_REACH);
    // Begins with a whole unit, and then with a whole line.
    const from = reach - ((reach - began) % ends.unit);
    const first = from === began ? 0 : ends.next(await readExactly(handle, from, offset - from), 0);
    start = from + first;
  }
  const bytes = await readExactly(handle, start, offset - start + STEP);
  const end = ends.next(bytes, offset - start);
  // The line itself may be longer; where its record begins is known all the same.
  return { start, bytes: end > 0 ? bytes.subarray(0, end) : bytes };
}
