import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until `condition` answers something truthy and returns it.
 * @param timeout in milliseconds; when it runs out the last error or falsy value is thrown as an error. It is long
 * enough for a slow machine that has other things to do.
 * @param what names what is waited for; a function is asked when the time has run out
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  {
    timeout = 60_000,
    every = 20,
    what = "condition",
  }: { timeout?: number; every?: number; what?: string | (() => string) } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      const detail = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(
        `timed out after ${timeout} ms waiting for ${typeof what === "string" ? what : what()}: ${detail}`,
      );
    }
    await delay(every);
  }
}
