import type { DatabaseSync } from "node:sqlite";
import { silent } from "../../src/lib/log.ts";
import type { Chunk } from "../../src/sources/source.ts";
import { type Checkpoints, createCheckpoints, type Generation } from "../../src/spool/checkpoints.ts";
import { openSpoolDatabase } from "../../src/spool/database.ts";
import { createSpool, type Spool } from "../../src/spool/spool.ts";

export interface OpenSpool {
  readonly db: DatabaseSync;
  readonly checkpoints: Checkpoints;
  readonly spool: Spool;
}

export function openSpool(folder: string): OpenSpool {
  const db = openSpoolDatabase(folder);
  return { db, checkpoints: createCheckpoints(db), spool: createSpool(db, silent) };
}

export function newGeneration(checkpoints: Checkpoints, path = "/logs/a.log", inode = 1): Generation {
  return checkpoints.create({
    source: "a",
    path,
    device: 1,
    inode,
    fingerprint: "",
    fingerprintLength: 0,
    offset: 0,
    marker: "",
  });
}

/** @param skipped bytes before it that its reader says it passed over */
export function chunkOf(generation: Generation, start: number, text: string, skipped = 0): Chunk {
  const bytes = Buffer.from(text);
  return {
    generation,
    start,
    bytes,
    skipped,
    marker: bytes.subarray(-64).toString("hex"),
    observed: 1_700_000_000_000,
  };
}
