import type { DatabaseSync } from "node:sqlite";

/** The parser configurations that blocks name, each kept once. */
export interface Configs {
  /** Row of a configuration, made on first sight. */
  rowOf(json: string): number;
  json(row: number): string | undefined;
  /** The sinks that blocks read with it are for; undefined: all, also when it can't be read. */
  sinksOf(row: number): readonly string[] | undefined;
}

export function createConfigs(db: DatabaseSync): Configs {
  const insert = db.prepare("INSERT OR IGNORE INTO configs (json) VALUES (?)");
  const byJson = db.prepare("SELECT id FROM configs WHERE json = ?");
  const byId = db.prepare("SELECT json FROM configs WHERE id = ?");
  const known = new Map<string, number>();
  const routes = new Map<number, readonly string[] | undefined>();
  const json = (id: number): string | undefined => {
    const row = byId.get(id);
    return row ? String(row.json) : undefined;
  };
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
    json,
    sinksOf(id) {
      if (!routes.has(id)) routes.set(id, sinksIn(json(id)));
      return routes.get(id);
    },
  };
}

function sinksIn(json: string | undefined): readonly string[] | undefined {
  try {
    const { sinks } = JSON.parse(json ?? "{}") as { readonly sinks?: unknown };
    return Array.isArray(sinks) ? sinks.map(String) : undefined;
  } catch {
    return undefined;
  }
}
