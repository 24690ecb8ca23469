import type { Disposable } from "./disposables.ts";

/** Runs at once, then at most every `ms`: requests in between end in one run at the end of the wait. */
export interface Throttle extends Disposable {
  request(): void;
}

export function createThrottle(run: () => void, ms: number): Throttle {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  let disposed = false;
  const fire = (): void => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) fire();
    }, ms);
    timer.unref?.();
    run();
  };
  return {
    request() {
      if (disposed) return;
      if (timer) again = true;
      else fire();
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
