/** So long (ms) records are held for where they go, while the server takes others. */
const PATIENCE = 900_000;
/** What was not heard of for so long (ms) is waited for as if it were new. */
const FORGOTTEN = 3_600_000;
/** Longer (ms) than any wait between two tries of what is held: nothing was held in the meantime. */
const GAP = 120_000;
/** What was taken so long ago (ms) tells that the server still takes others. */
const RECENT = 60_000;
/** Reasons that are remembered. */
const MOST = 1_000;

/** Why a record was not taken. */
export interface Amiss {
  readonly reason: string;
  /** The index that the reason is about, and no other; absent: it may be about more. */
  readonly index?: string | undefined;
}

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
  judge(reasons: ReadonlyMap<number, Amiss>, others: boolean): ReadonlyMap<number, string>;
  /** The server took records for this index. */
  took(index: string): void;
  /** What records are given up for at present, in words for people. */
  readonly problems: readonly string[];
}

/** A reason that records were refused for while others were taken. */
interface Known {
  /** As it was said last. */
  reason: string;
  /** Since when they are held for it, without a gap. */
  since: number;
  last: number;
  /** When records were last given up for it. */
  given?: number;
}

/** @param now a clock that never goes back, in ms */
export function createPatience(now: () => number = () => performance.now()): Patience {
  const known = new Map<string, Known>();
  /** When each index last took something; the latest of a minute. */
  const taken = new Map<string, number>();
  /** When records were last held, for whatever reason: behind them others are not even tried. */
  let held = Number.NEGATIVE_INFINITY;

  const forget = (): void => {
    for (const [key, { last }] of known) if (now() - last >= FORGOTTEN) known.delete(key);
    for (const [index, at] of taken) if (now() - at >= RECENT) taken.delete(index);
  };
  const tookElsewhere = (index: string): boolean => taken.size > (taken.has(index) ? 1 : 0);

  /** @returns whether what is amiss so is given up */
  const isOver = ({ reason, index }: Amiss, others: boolean): boolean => {
    const key = keyOf(reason, index);
    let found = known.get(key);
    if (!found) {
      const some = others || (index !== undefined && tookElsewhere(index));
      if (!some || known.size >= MOST) return false;
      found = { reason, since: now(), last: now() };
      known.set(key, found);
    }
    found.reason = reason;
    found.last = now();
    if (found.given === undefined && now() - found.since < PATIENCE) return false;
    found.given = now();
    return true;
  };

  return {
    judge(reasons, others) {
      forget();
      if (now() - held > GAP) {
        for (const one of known.values()) if (one.given === undefined) one.since = now();
      }
      const up = new Map<number, string>();
      for (const [at, amiss] of reasons) {
        if (!isOver(amiss, others)) held = now();
        else
          up.set(
            at,
            `${amiss.reason}; others were taken, so that it was given up after ${PATIENCE / 60_000} minutes`,
          );
      }
      return up;
    },
    took: (index) => void taken.set(index, now()),
    get problems() {
      const given = [...known.values()].filter(
        ({ given = Number.NEGATIVE_INFINITY }) => now() - given < PATIENCE,
      );
      return [...new Set(given.map(({ reason }) => reason))].map(
        (reason) => `${reason}; such records become dead letters until it is mended: replay them then`,
      );
    },
  };
}

/** The same for what is the same but for its counts, as `[999]/[1000] shards open`. */
function keyOf(reason: string, index = ""): string {
  return `${index}\n${reason.replaceAll(/\[\d+\]/g, "[#]")}`;
}
