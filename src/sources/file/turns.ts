/** Work in turns: what has the same key never overlaps, the rest is not held up. */
export interface Turns {
  /** Begins when all before it under the key has settled; settles as the work does. */
  next<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
  /** Resolves when nothing is under way; what is begun meanwhile counts. */
  idle(): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    next(key, work) {
      const before = last.get(key);
      const turn = before ? before.then(work, work) : work();
      last.set(key, turn);
      const settled = () => {
        if (last.get(key) === turn) last.delete(key);
      };
      turn.then(settled, settled);
      return turn;
    },
    async idle() {
      while (last.size > 0) await Promise.allSettled(last.values());
    },
  };
}
