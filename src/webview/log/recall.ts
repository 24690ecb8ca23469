/** Goes through queries that were asked before, and back to what was being written. */
export interface Recall {
  /** The query before (-1) or after (1) the one that stands there; undefined: there is none. */
  step(by: -1 | 1, written: string): string | undefined;
  /** What stands there is written on. */
  release(): void;
}

/** @param history the newest last */
export function createRecall(history: () => readonly string[]): Recall {
  let at: number | undefined;
  let draft = "";
  /** What was asked when it was begun; what is recalled may itself be asked for meanwhile. */
  let past: readonly string[] = [];
  return {
    step(by, written) {
      if (at === undefined) {
        // What stands there was asked already: it is not to be come by twice.
        const known = history();
        past = known.at(-1) === written ? known.slice(0, -1) : known;
        draft = written;
      }
      const from = at ?? past.length;
      const to = Math.min(past.length, Math.max(0, from + by));
      if (to === from) return undefined;
      at = to;
      return to === past.length ? draft : past[to];
    },
    release() {
      at = undefined;
    },
  };
}
