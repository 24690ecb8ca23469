import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../config/config.ts";
import { UserError } from "../errors.ts";
import { makeFolderAsync } from "../lib/folders.ts";
import { openReader } from "../store/reader.ts";
import { letterLine } from "./letter.ts";
import { replayFiles } from "./replay.ts";
import { fromStore } from "./stored.ts";

/** Handed to the file in pieces of so many characters. */
const PIECE = 1 << 20;

/**
 * Puts what the embedded store holds of a time into the file from which a sink is sent records again. It is there
 * whole or not at all. Records of sources that are not for this sink are left out.
 * @returns how many there are; with none, there is no file
 * @throws UserError when the last replay has not ended
 */
export async function writeAgain(
  config: Config,
  sink: string,
  range: { readonly since: number; readonly until?: number },
  warn: (what: string) => void,
): Promise<number> {
  const { again } = replayFiles(config.dataDir, sink);
  if (existsSync(again)) {
    throw new UserError(
      `${sink} is still being sent the records of the last replay (${again}): wait for its end`,
    );
  }
  const toRecord = fromStore(config);
  const temporary = `${again}.${process.pid}.tmp`;
  const at = new Date().toISOString();
  await makeFolderAsync(dirname(again));
  const reader = openReader(config.dataDir, warn);
  const file = await open(temporary, "w");
  let count = 0;
  try {
    let piece = "";
    for (const stored of reader.iterate({ ...range, limit: Number.POSITIVE_INFINITY, order: "oldest" })) {
      if (!(config.sources.get(stored.source)?.sinks?.includes(sink) ?? true)) continue;
      piece += letterLine({ record: toRecord(stored), reason: "asked for again" }, sink, at);
      count++;
      if (piece.length < PIECE) continue;
      await file.write(piece);
      piece = "";
    }
    await file.write(piece);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
    reader.close();
  }
  if (count === 0) {
    await rm(temporary, { force: true });
    return 0;
  }
  // How far a former one was sent must not be taken for how far this one was.
  await rm(`${again}.sent`, { force: true });
  await rename(temporary, again);
  return count;
}
