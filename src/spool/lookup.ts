import type { DatabaseSync } from "node:sqlite";
import type { FileAccount } from "../model.ts";
import { readBalance } from "./balance.ts";
import { unpack } from "./blocks.ts";
import { createCheckpoints, type Generation } from "./checkpoints.ts";
import { createConfigs } from "./configs.ts";

/** A block that is held, with what is to be known of it to find a record there. */
export interface Around {
  readonly seq: number;
  readonly start: number;
  readonly bytes: Buffer;
  readonly config: string | undefined;
}

/** Questions about single lines, to a database that another process may write meanwhile. */
export interface Lookup {
  readonly generations: readonly Generation[];
  account(generation: Generation): FileAccount | undefined;
  /** The held block that a byte of a generation is in. @throws when it can't be unpacked */
  blockAt(generation: Generation, offset: number): Around | undefined;
  /** How the generation was read last. */
  configOf(generation: Generation): string | undefined;
  /** Sinks with the last block that they passed. */
  readonly cursors: ReadonlyMap<string, number>;
  /** What a sink gave with its last write, or when it was opened. */
  stateOf(sink: string): unknown;
  /** Why the block that held a byte was set aside. */
  damagedAt(generation: Generation, offset: number): string | undefined;
}

/** @throws what the database throws */
export function createLookup(db: DatabaseSync): Lookup {
  const configs = createConfigs(db);
  const balance = readBalance(db);
  const block = db.prepare(
    "SELECT * FROM blocks WHERE generation = ? AND start <= ? AND start + bytes > ? ORDER BY seq LIMIT 1",
  );
  const lastConfig = db.prepare("SELECT config FROM generations WHERE id = ?");
  const damaged = db.prepare(
    "SELECT reason FROM damaged WHERE key = ? AND start <= ? AND start + bytes > ? LIMIT 1",
  );
  const cursors = db.prepare("SELECT sink, seq, state FROM cursors ORDER BY sink").all();
  return {
    generations: createCheckpoints(db).all(),
    account: ({ id }) => balance?.files.get(id),
    blockAt({ id }, offset) {
      const row = block.get(id, offset, offset);
      if (!row) return undefined;
      return {
        seq: Number(row.seq),
        start: Number(row.start),
        bytes: unpack(Number(row.codec), row.data as Uint8Array, Number(row.bytes)),
        config: configs.json(Number(row.config)),
      };
    },
    configOf({ id }) {
      const config = lastConfig.get(id)?.config;
      return typeof config === "number" ? configs.json(config) : undefined;
    },
    stateOf(sink) {
      const state = cursors.find((row) => row.sink === sink)?.state;
      return typeof state === "string" ? JSON.parse(state) : undefined;
    },
    cursors: new Map(cursors.map((row) => [String(row.sink), Number(row.seq)])),
    damagedAt({ key }, offset) {
      const reason = damaged.get(key, offset, offset)?.reason;
      return reason === undefined ? undefined : String(reason);
    },
  };
}
