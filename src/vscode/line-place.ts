import { isAbsolute } from "node:path";
import { liesIn, realPath } from "../lib/real-path.ts";

/** What the address of some lines says of them: enough to read them again after a reload of the window. */
export interface LinePlace {
  readonly file: string;
  /** Where the first one begins, and its number (from 1). */
  readonly offset: number;
  readonly line: number;
  /** See LinesRequest; absent in addresses of earlier versions. */
  readonly stood?: string;
}

/** What the query of an address says; undefined for one that is none of ours. Addresses may come from anywhere. */
export function placeIn(query: string): LinePlace | undefined {
  const { file, offset, line, stood } = objectIn(query);
  if (typeof file !== "string" || !isAbsolute(file)) return undefined;
  if (!isWhole(offset) || !isWhole(line) || offset < 0) return undefined;
  return { file, offset, line, ...(typeof stood === "string" && { stood }) };
}

function objectIn(json: string): Partial<Record<keyof LinePlace, unknown>> {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Whether a file may be read: Restricted Mode reads nothing outside the workspace, symlinks out of it neither. */
export function mayRead(file: string, trusted: boolean, folders: readonly string[]): boolean {
  return trusted || folders.some((folder) => liesIn(realPath(file), realPath(folder)));
}
