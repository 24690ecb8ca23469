import { existsSync, readFileSync } from "node:fs";

/** A record as the file sink wrote it. */
export interface Written {
  readonly id: string;
  readonly source: string;
  readonly raw: string;
  readonly error?: string;
}

/** The whole lines of a file sink's output; none while it does not exist. */
export function recordsIn(file: string): Written[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
