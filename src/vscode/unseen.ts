/** Counts what came while nobody looked. */
export interface Unseen {
  /**
   * @param total so far; it begins anew with each run of the engine
   * @param looking whether it is being looked at right now
   * @returns how much has come since it was last looked at
   */
  count(total: number, looking: boolean): number;
}

export function createUnseen(): Unseen {
  let seen = 0;
  return {
    count(total, looking) {
      if (looking) seen = total;
      else if (total < seen) seen = 0;
      return total - seen;
    },
  };
}
