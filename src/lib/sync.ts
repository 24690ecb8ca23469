import type { Disposable } from "./disposables.ts";

/** Brings two things into line after changes: bursts end in one run, and runs never overlap. */
export interface Sync extends Disposable {
  /** Settles as the first run that began after the request does, so that what was changed before is in it. */
  request(): Promise<void>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param run does the work; it looks at the state of things itself
 * @param delay ms of silence to wait for before a run
 */
export function createSync(run: () => Promise<void>, delay: number): Sync {
  let waiters: Waiter[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let disposed = false;

  const begin = async (): Promise<void> => {
    timer = undefined;
    const served = waiters;
    waiters = [];
    running = true;
    try {
      await run();
      for (const { resolve } of served) resolve();
    } catch (error) {
      for (const { reject } of served) reject(error);
    } finally {
      running = false;
      if (waiters.length > 0) schedule();
    }
  };

  const schedule = (): void => {
    if (running || disposed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void begin(), delay);
  };

  return {
    request() {
      if (disposed) return Promise.resolve();
      const settled = new Promise<void>((resolve, reject) => waiters.push({ resolve, reject }));
      schedule();
      return settled;
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
      for (const { resolve } of waiters) resolve();
      waiters = [];
    },
  };
}
