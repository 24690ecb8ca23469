import { reasonOf, UserError } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";

/** Causes that lie in no file: what meets one is told of once. */
export const LIMITS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/** Why paths can't be followed, each told of once. */
export interface Troubles {
  readonly byPath: ReadonlyMap<string, string>;
  /** Those of them that are left out because this engine writes them itself. */
  readonly leftOut: ReadonlySet<string>;
  add(path: string, error: unknown): void;
  leaveOut(path: string, reason: string): void;
  delete(path: string): void;
}

export function createTroubles(log: Log): Troubles {
  const byPath = new Map<string, string>();
  const leftOut = new Set<string>();
  const limited = new Set<string>();
  const add = (path: string, error: unknown): void => {
    const reason = reasonOf(error);
    const { code = "" } = error as NodeJS.ErrnoException;
    if (LIMITS.has(code)) {
      const first = !limited.has(code);
      limited.add(code);
      if (first) log.warn(`${path} and maybe more files can't be opened, they are tried again: ${reason}`);
    } else if (byPath.get(path) !== reason) log.warn(`${path}: ${reason}`);
    byPath.set(path, reason);
    leftOut.delete(path);
  };
  return {
    byPath,
    leftOut,
    add,
    leaveOut(path, reason) {
      add(path, new UserError(reason));
      leftOut.add(path);
    },
    delete(path) {
      byPath.delete(path);
      leftOut.delete(path);
    },
  };
}
