/** Ids of the last letters, as many as go with so many bytes of them: memory does not grow with the file. */
export interface RecentIds {
  has(id: string): boolean;
  /** @param bytes how long the letter is */
  add(id: string, bytes: number): void;
  readonly size: number;
}

/** @param most bytes of letters whose ids are kept; the last one is kept however long its letter is */
export function createRecentIds(most: number): RecentIds {
  const lengths = new Map<string, number>();
  let sum = 0;
  return {
    has: (id) => lengths.has(id),
    add(id, bytes) {
      sum += bytes - (lengths.get(id) ?? 0);
      lengths.delete(id);
      lengths.set(id, bytes);
      for (const [oldest, length] of lengths) {
        if (sum <= most || oldest === id) break;
        lengths.delete(oldest);
        sum -= length;
      }
    },
    get size() {
      return lengths.size;
    },
  };
}
