import { statSync } from "node:fs";

/** The size of a file in bytes; undefined when it is not there, or can't be looked at. */
export function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size;
  } catch {
    return undefined;
  }
}
