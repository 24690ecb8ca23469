/** Work of which there is never more than one at a time. */
export interface Alone {
  readonly busy: boolean;
  /** Does it; while it is being done, it is done again only if it then comes to nothing. */
  run(): void;
}

/**
 * @param work whether it came to something; a question whose answer is out of date did not
 * @param ended it is not being done any more, for now
 */
export function createAlone(
  work: () => Promise<boolean>,
  fail: (error: unknown) => void,
  ended?: () => void,
): Alone {
  let [busy, again] = [false, false];
  const go = async (): Promise<void> => {
    busy = true;
    try {
      for (let done = false; again && !done; ) {
        again = false;
        done = await work();
      }
    } catch (error) {
      fail(error);
    } finally {
      busy = again = false;
      ended?.();
    }
  };
  return {
    get busy() {
      return busy;
    },
    run() {
      again = true;
      if (!busy) void go();
    },
  };
}
