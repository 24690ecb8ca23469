import type { DatabaseSync } from "node:sqlite";
import { openBlock } from "./block.ts";
import type { Rows } from "./rows.ts";

type Blob = "heads" | "texts" | "rest";

/**
 * What reads blocks of a segment by their ids; what is not asked for is not even read from the file. Throws on damaged
 * data, and where the block has gone.
 */
export function createBlockReader(db: DatabaseSync): (id: number) => Rows {
  const select = (column: Blob) => db.prepare(`SELECT ${column} FROM blocks WHERE id = ?`);
  const blobs = { heads: select("heads"), texts: select("texts"), rest: select("rest") };
  return (id) => {
    const blob = (name: Blob): Uint8Array => {
      const found = blobs[name].get(id)?.[name];
      if (!(found instanceof Uint8Array)) throw new Error("it was dropped to make room");
      return found;
    };
    return openBlock({
      heads: blob("heads"),
      get texts() {
        return blob("texts");
      },
      get rest() {
        return blob("rest");
      },
    });
  };
}
