/** Most charts that are remembered to be tables, and characters (UTF-16 units) of the name of one. */
const MOST = 50;
const LONGEST = 100;

/** Which charts are shown as tables. */
export interface Tabled {
  has(id: string): boolean;
  set(id: string, on: boolean): void;
}

interface Parts {
  readonly kept: () => readonly string[];
  /** Remembers the names of those that are, over a reload and while the page is hidden. */
  readonly keep: (ids: readonly string[]) => void;
}

export function createTabled({ kept, keep }: Parts): Tabled {
  return {
    has: (id) => kept().includes(id),
    set(id, on) {
      const others = kept().filter((other) => other !== id);
      keep(on ? [...others, id].slice(-MOST) : others);
    },
  };
}

/** Those in what the editor kept, which may be of another version. */
export function readTabled(kept: unknown): readonly string[] {
  const all = Array.isArray(kept) ? kept : [];
  return all.filter((id) => typeof id === "string" && id.length <= LONGEST).slice(-MOST);
}
