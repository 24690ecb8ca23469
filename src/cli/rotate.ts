import { copyFileSync, existsSync, renameSync, truncateSync } from "node:fs";
import { dirname, extname, join } from "node:path";

export type Rotation = "rename" | "copytruncate";

/**
 * Rotates a log as its writer would, between two writes, and returns where the old lines are now.
 * @param stamped names the old file `YYYYMMDDHHMMSS.txt` (local time); else the stamp follows the log's name
 */
export function rotate(
  path: string,
  how: Rotation,
  { stamped, now }: { stamped: boolean; now: Date },
): string {
  const target = freeName(path, stamp(now), stamped);
  if (how === "rename") renameSync(path, target);
  else {
    copyFileSync(path, target);
    truncateSync(path, 0);
  }
  return target;
}

/** Rotations within one second get a number, so that none overwrites another. */
function freeName(path: string, stamp: string, stamped: boolean): string {
  for (let n = 0; ; n++) {
    const suffix = n === 0 ? stamp : `${stamp}-${n}`;
    const name = stamped ? join(dirname(path), `${suffix}${extname(path) || ".txt"}`) : `${path}.${suffix}`;
    if (!existsSync(name)) return name;
  }
}

function stamp(date: Date): string {
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  return date.getFullYear() + parts.map((part) => String(part).padStart(2, "0")).join("");
}
