import type { DatabaseSync } from "node:sqlite";
import { type Guess, openBlock } from "./block.ts";
import type { Rows } from "./rows.ts";

type Blob = "heads" | "texts" | "rest";

/**
 * What reads blocks of a segment by their ids; what is not asked for is not even read from the file. What is asked for
 * throws on damaged data, and where the block has gone.
 */
export function createBlockReader(db: DatabaseSync): (id: number) => Rows {
  const guess: Guess = { bytes: 0 };
  const select = (column: Blob) => db.prepare(`SELECT ${column} FROM blocks WHERE id = ?`);
  const blobs = { heads: select("heads"), texts: select("texts"), rest: select("rest") };
  return (id) => {
    const blob = (name: Blob): Uint8Array => {
      const found = blobs[name].get(id)?.[name];
      if (!(found instanceof Uint8Array)) throw new Error("it was dropped to make room");
      return found;
    };
    const packed = {
      get heads() {
        return blob("heads");
      },
      get texts() {
        return blob("texts");
      },
      get rest() {
        return blob("rest");
      },
    };
    return openBlock(packed, guess);
  };
}
