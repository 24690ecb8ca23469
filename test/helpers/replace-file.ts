import { renameSync, writeFileSync } from "node:fs";

/**
 * Writes a file at once: settings that are seen empty in between would stop all that is watched.
 * @param beside where it is written first: in the same file system, and in no folder that a window has open
 */
export function replaceFile(path: string, text: string, beside: string): void {
  writeFileSync(beside, text);
  renameSync(beside, path);
}
