import { statKey } from "./generations.ts";

/** What a file was when it was left alone. */
export interface Sleeper {
  /** See `keyOf`. */
  readonly key: string;
  readonly size: number;
  /** It was there before we first looked: what it held then is old. */
  readonly old: boolean;
}

interface Seen {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Files that are not opened because they have not changed for long (`ignoreOlder`). */
export interface Dormant {
  readonly paths: ReadonlyMap<string, Sleeper>;
  /**
   * Whether a file is to be left alone, which is remembered then.
   * @param offset bytes that were read of it, undefined if it was never read: one with unread bytes is read on
   */
  sleeps(path: string, seen: Seen, offset: number | undefined, old: boolean): boolean;
  /** The path is free, or its file is taken up: what it was until now. */
  wake(path: string): Sleeper | undefined;
}

/** @param ignoreOlder ms without a change; undefined: no file is left alone */
export function createDormant(ignoreOlder: number | undefined, now: () => number = Date.now): Dormant {
  const paths = new Map<string, Sleeper>();
  return {
    paths,
    sleeps(path, seen, offset, old) {
      if (ignoreOlder === undefined || now() - seen.mtimeMs <= ignoreOlder) return false;
      if (offset !== undefined && offset !== seen.size) return false;
      const key = statKey(seen);
      const before = paths.get(path);
      // It changed, although it keeps the time of another: rsync does so.
      if (before?.key === key) return before.size === seen.size;
      paths.set(path, { key, size: seen.size, old });
      return true;
    },
    wake(path) {
      const sleeper = paths.get(path);
      paths.delete(path);
      return sleeper;
    },
  };
}
