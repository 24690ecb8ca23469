import { basename, dirname, join } from "node:path";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Follower } from "./follower.ts";
import { keyOf } from "./generations.ts";

/** Who reads which file, found by path, by inode or by name without a look at all of them. */
export interface Roster {
  /** By path: the files that are where they were found. */
  readonly paths: ReadonlyMap<string, Follower>;
  /** Files that were renamed or removed, while they are read to their end. */
  readonly retired: ReadonlySet<Follower>;
  /** Who reads the file of an inode (see `keyOf`), unless reading failed. */
  holder(key: string): Follower | undefined;
  /** What is read under names that rotation may have made this path's of. */
  related(path: string): Iterable<Generation>;
  /** A file is read at its place. */
  add(follower: Follower): void;
  /**
   * A file is read that has left its place.
   * @param copied a copy is read in its stead: its inode may belong to another file by now
   */
  addRetired(follower: Follower, copied: boolean): void;
  /** Its place is free for another. */
  vacate(path: string, follower: Follower): void;
  /** The file lies at another path now. */
  move(follower: Follower, path: string): void;
  /** It is read no more. */
  remove(follower: Follower): void;
}

export function createRoster(): Roster {
  const paths = new Map<string, Follower>();
  const retired = new Set<Follower>();
  const byKey = new Map<string, Follower>();
  const byStem = new Map<string, Set<Follower>>();
  const stems = new Map<Follower, string>();

  const unname = (follower: Follower): void => {
    const stem = stems.get(follower);
    if (stem === undefined) return;
    stems.delete(follower);
    const named = byStem.get(stem);
    named?.delete(follower);
    if (named?.size === 0) byStem.delete(stem);
  };
  const name = (follower: Follower): void => {
    unname(follower);
    const stem = stemOf(follower.generation.path);
    stems.set(follower, stem);
    const named = byStem.get(stem) ?? new Set();
    byStem.set(stem, named.add(follower));
  };

  return {
    paths,
    retired,
    holder(key) {
      const follower = byKey.get(key);
      return follower?.state === "failed" ? undefined : follower;
    },
    *related(path) {
      const name = basename(path);
      // Rotation may put what is done into a folder below.
      for (const folder of [dirname(path), dirname(dirname(path))]) {
        for (let end = 1; end <= name.length; end++) {
          for (const { generation } of byStem.get(join(folder, name.slice(0, end))) ?? []) yield generation;
        }
      }
    },
    add(follower) {
      const { generation } = follower;
      paths.set(generation.path, follower);
      byKey.set(keyOf(generation), follower);
      name(follower);
    },
    addRetired(follower, copied) {
      retired.add(follower);
      if (!copied) byKey.set(keyOf(follower.generation), follower);
      name(follower);
    },
    vacate(path, follower) {
      if (paths.get(path) === follower) paths.delete(path);
    },
    move(follower, path) {
      follower.generation.path = path;
      name(follower);
    },
    remove(follower) {
      retired.delete(follower);
      const key = keyOf(follower.generation);
      if (byKey.get(key) === follower) byKey.delete(key);
      unname(follower);
    },
  };
}

/** Rotation adds to a name, also to one that was rotated before: log.1 and log.2 are both of log. */
export function stemOf(path: string): string {
  const name = basename(path);
  return path.slice(0, path.length - name.length) + name.replace(/([.-]\d+)+$/, "");
}

/** Paths, sorted, in groups of which a later one may be a copy of an earlier one. */
export function familiesOf(sorted: readonly string[]): string[][] {
  const families: string[][] = [];
  let stem: string | undefined;
  for (const path of sorted) {
    const last = families.at(-1);
    if (last && stem !== undefined && path.startsWith(stem) && dirname(path) === dirname(stem))
      last.push(path);
    else {
      families.push([path]);
      stem = stemOf(path);
    }
  }
  return families;
}
