import type { DatabaseSync } from "node:sqlite";

/** A record that a sink refused for good, and took later. */
export interface Letter {
  /** Of its file generation, as its id begins. */
  readonly key: string;
  readonly source: string;
  readonly offset: number;
  readonly bytes: number;
}

interface Claim {
  readonly generation: number;
  readonly sink: string;
  readonly offset: number;
}

/** Which dead letters were taken after all: a replay that a kill cuts short sends some of them twice. */
export interface Redeemed {
  /** False when it was claimed before. @throws what the database throws */
  claim(letter: Claim): boolean;
  /** Writes what was claimed in the caller's transaction; call the result once committed. */
  write(): () => void;
}

export function createRedeemed(db: DatabaseSync): Redeemed {
  const select = db.prepare("SELECT 1 FROM redeemed WHERE generation = ? AND sink = ? AND offset = ?");
  const insert = db.prepare("INSERT OR IGNORE INTO redeemed VALUES (?, ?, ?)");
  const claimed = new Map<string, Claim>();
  return {
    claim(letter) {
      const { generation, sink, offset } = letter;
      const name = JSON.stringify([generation, sink, offset]);
      if (claimed.has(name) || select.get(generation, sink, offset)) return false;
      claimed.set(name, letter);
      return true;
    },
    write() {
      for (const { generation, sink, offset } of claimed.values()) insert.run(generation, sink, offset);
      return () => claimed.clear();
    },
  };
}
