import type { FileHandle } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { Checkpoints, Generation } from "../../spool/checkpoints.ts";
import { describe } from "./identity.ts";

/** Checkpoints of files that are gone are kept this long (ms), so that one that comes back is known. */
const FORGET_AFTER = 7 * 86_400_000;

/** What one source knows of its files, by device and inode: the latest generation of each, also ended ones. */
export interface Generations {
  /** Reads what earlier runs left; the rows, oldest first. */
  load(): readonly Generation[];
  /** @param key see `keyOf`. */
  get(key: string): Generation | undefined;
  all(): Iterable<Generation>;
  /**
   * The file has another device number since its file system was mounted anew (NFS, LVM, ZFS), while nobody looked
   * for all of `moved` at once: numbers may have changed places.
   */
  remount(moved: ReadonlyMap<Generation, number>): void;
  /** Begins a generation of an open file at an offset; durable when it resolves. */
  begin(path: string, handle: FileHandle, offset: number): Promise<Generation>;
  save(generation: Generation): void;
  /** The file lies elsewhere now. Never throws. */
  move(generation: Generation, path: string): void;
  /** The generation has no more to give. */
  end(generation: Generation): void;
  /**
   * Forgets the ended ones that were not written for a week, unless `keep` says otherwise.
   * @throws what the database throws
   */
  forgetOld(keep: (generation: Generation) => boolean): void;
}

export function createGenerations(source: string, checkpoints: Checkpoints): Generations {
  const known = new Map<string, Generation>();
  const { save } = checkpoints;
  return {
    load() {
      // What the source read when it was one of another kind lies nowhere.
      const rows = checkpoints.load(source).filter(({ path }) => isAbsolute(path));
      for (const generation of rows) known.set(keyOf(generation), generation);
      return rows;
    },
    get: (key) => known.get(key),
    all: () => known.values(),
    remount(moved) {
      for (const generation of moved.keys()) {
        if (known.get(keyOf(generation)) === generation) known.delete(keyOf(generation));
      }
      for (const [generation, device] of moved) {
        generation.device = device;
        known.set(keyOf(generation), generation);
        save(generation);
      }
    },
    async begin(path, handle, offset) {
      const { dev, ino, size } = await handle.stat();
      const generation = checkpoints.create({
        source,
        path,
        device: dev,
        inode: ino,
        offset,
        ...(await describe(handle, size, offset)),
      });
      known.set(keyOf(generation), generation);
      return generation;
    },
    save,
    move(generation, path) {
      generation.path = path;
      try {
        save(generation);
      } catch {
        // A start finds the file by its inode; the spool says itself that it can't be written.
      }
    },
    end(generation) {
      generation.ended = true;
      save(generation);
    },
    forgetOld(keep) {
      // Also those that others followed on the same inode.
      for (const row of checkpoints.load(source)) {
        if (!row.ended || !isOld(row) || keep(row)) continue;
        checkpoints.forget(row);
        if (known.get(keyOf(row))?.id === row.id) known.delete(keyOf(row));
      }
    },
  };
}

/** Whether it was not written for a week. */
export function isOld({ updated }: Generation): boolean {
  return Date.now() - updated > FORGET_AFTER;
}

/** Tells files apart as long as both exist: an inode is used again once its file is gone. */
export function keyOf({ device, inode }: Pick<Generation, "device" | "inode">): string {
  return `${device}:${inode}`;
}

/** The same of what `stat` answers. */
export function statKey({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`;
}
