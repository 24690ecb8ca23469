import { LAUNCHED, type StopMessage } from "./relaunch.ts";

/** Requests to stop, from signals or from the launcher in front of this process. */
export interface Stops {
  /**
   * Hears each request with its number, from 1; one that nobody listens to ends the process. A listener
   * replaces the one before.
   */
  listen(listener: (count: number) => void): void;
}

/** To be made once, by the process's main function. */
export function createStops(): Stops {
  let listener: ((count: number) => void) | undefined;
  let direct = 0;
  let heard = 0;
  const request = (count: number): void => {
    // A terminal signals the launcher and this process alike: the higher count is the number of requests.
    if (count <= heard) return;
    heard = count;
    listener?.(count);
  };
  if (process.env[LAUNCHED] && process.channel) {
    delete process.env[LAUNCHED];
    // Not process.exit: a launcher killed with -9 must look as if this process had been.
    process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
    process.on("message", ({ signal, count }: StopMessage) => {
      if (listener) request(count);
      else process.kill(process.pid, signal);
    });
    process.channel.unref();
  }
  return {
    listen(next) {
      if (!listener) {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => request(++direct));
      }
      listener = next;
    },
  };
}
