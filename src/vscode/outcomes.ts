import { isSuperseded } from "../protocol/superseded.ts";

/** What comes of what a page asks for, told elsewhere when that page is gone by then: hidden, closed or replaced. */
export interface Outcomes {
  /** The page is gone, or another begins in its place. */
  gone(): void;
  /** @param tell tells of a success; absent: that shows by itself */
  of<T>(act: () => Promise<T>, tell?: (outcome: T) => unknown): Promise<T>;
}

/** @param fail tells of a failure */
export function createOutcomes(fail: (error: unknown) => unknown): Outcomes {
  let pages = 0;
  return {
    gone: () => void pages++,
    async of(act, tell) {
      const asking = pages;
      try {
        const outcome = await act();
        if (pages !== asking) tell?.(outcome);
        return outcome;
      } catch (error) {
        if (pages !== asking && !isSuperseded(error)) fail(error);
        throw error;
      }
    },
  };
}
