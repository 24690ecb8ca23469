import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A dead letter as people see it. */
export interface SeenLetter {
  readonly reason: string;
  readonly record: { id: string; message: string; raw: string; offset: number; [key: string]: unknown };
}

/** The letters in a sink's file of dead letters. */
export function lettersOf(dataDir: string, sink: string, file = "ndjson"): SeenLetter[] {
  const path = join(dataDir, "dead", `${sink}.${file}`);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
