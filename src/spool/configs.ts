import type { DatabaseSync } from "node:sqlite";

/** The parser configurations that blocks name, each kept once. */
export interface Configs {
  /** Row of a configuration, made on first sight. */
  rowOf(json: string): number;
  json(row: number): string | undefined;
}

export function createConfigs(db: DatabaseSync): Configs {
  const insert = db.prepare("INSERT OR IGNORE INTO configs (json) VALUES (?)");
  const byJson = db.prepare("SELECT id FROM configs WHERE json = ?");
  const byId = db.prepare("SELECT json FROM configs WHERE id = ?");
  const known = new Map<string, number>();
  return {
    rowOf(json) {
      let row = known.get(json);
      if (row === undefined) {
        insert.run(json);
        row = Number(byJson.get(json)?.id);
        known.set(json, row);
      }
      return row;
    },
    json(id) {
      const row = byId.get(id);
      return row ? String(row.json) : undefined;
    },
  };
}
