/** So long (ms) records are held for where they go, while the server takes others. */
const PATIENCE = 900_000;
/** What was not heard of for so long (ms) is waited for as if it were new. */
const FORGOTTEN = 3_600_000;
/** Reasons that are remembered. */
const MOST = 1_000;

/**
 * Decides how long records are held for something that is amiss with where they go: an index that is missing, closed
 * or not allowed. While they are, nothing of what comes after them is sent. As long as the server takes nothing at all
 * they are held for good; where it takes others, an index of its own kind must not hold those up for ever.
 */
export interface Patience {
  /**
   * @param reasons why records of a write were not taken, by their place
   * @param others whether the server took others of that write
   * @returns those to give up, each with the reason
   */
  judge(reasons: ReadonlyMap<number, string>, others: boolean): ReadonlyMap<number, string>;
  /** What records are given up for at present, in words for people. */
  readonly problems: readonly string[];
}

/** @param now a clock that never goes back, in ms */
export function createPatience(now: () => number = () => performance.now()): Patience {
  /** Since when, and when last, records were refused for this while others were taken. */
  const known = new Map<string, { readonly since: number; last: number }>();
  const given = (reason: string): boolean => now() - (known.get(reason)?.since ?? now()) >= PATIENCE;

  const forget = (): void => {
    for (const [reason, { last }] of known) if (now() - last >= FORGOTTEN) known.delete(reason);
  };

  return {
    judge(reasons, others) {
      forget();
      const up = new Map<number, string>();
      for (const [at, reason] of reasons) {
        const before = known.get(reason);
        if (before) before.last = now();
        else if (others && known.size < MOST) known.set(reason, { since: now(), last: now() });
        if (given(reason))
          up.set(
            at,
            `${reason}; others were taken, so that it was given up after ${PATIENCE / 60_000} minutes`,
          );
      }
      return up;
    },
    get problems() {
      forget();
      return [...known.keys()]
        .filter(given)
        .map((reason) => `${reason}; such records become dead letters until it is mended: replay them then`);
    },
  };
}
