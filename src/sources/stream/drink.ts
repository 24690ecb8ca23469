import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

/** After less than this much, readers wait so long (ms) for more: each chunk has its price. */
const LITTLE = 16 * 1024;
const COALESCE = 25;
/** What someone is still to end is given so long (ms) to say more. */
const LAST_WORDS = 250;

/** Where what is read goes. */
interface Drinker {
  /** Undefined: there is room. Asked again when it has resolved. */
  wait(): Promise<void> | undefined;
  /** Something is there: resolves with whether it can be taken. */
  ready?(): Promise<boolean>;
  take(bytes: Buffer): void;
  /** How long (ms) nothing must come before `idle` is called; undefined: it is not. */
  readonly patience?: number | undefined;
  idle?(): void;
}

/**
 * Reads a stream to its end, no faster than there is room: what is not read holds its writer up.
 * @param stop ends it at once: what was not taken stays in the stream
 * @param leave ends it as soon as nothing comes, for streams whose end may never come
 * @returns whether it came to its end; also after an error, which is one
 */
export async function drink(
  input: Readable,
  drinker: Drinker,
  stop: AbortSignal,
  leave?: AbortSignal,
): Promise<boolean> {
  let wake = (): void => {};
  let woken = false;
  const notice = (): void => {
    woken = true;
    wake();
  };
  const events = ["readable", "end", "close", "error"] as const;
  for (const event of events) input.on(event, notice);
  for (const signal of [stop, leave]) signal?.addEventListener("abort", notice);

  /** @returns whether the time ran out */
  const sleep = async (ms: number | undefined): Promise<boolean> => {
    if (woken) return false;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    wake = () => {};
    return !woken;
  };

  try {
    let latest = performance.now();
    for (;;) {
      for (let wait = drinker.wait(); wait && !stop.aborted; wait = drinker.wait()) await wait;
      if (stop.aborted) return false;
      woken = false;
      if (input.readableLength > 0 && drinker.ready && !(await drinker.ready())) return false;
      const bytes = input.read() as Buffer | null;
      if (bytes !== null) {
        latest = performance.now();
        drinker.take(bytes);
        if (bytes.length < LITTLE) await delay(COALESCE, undefined, { signal: stop }).catch(() => {});
        continue;
      }
      if (input.readableEnded || input.destroyed || input.errored) return true;
      const { patience } = drinker;
      const quiet = performance.now() - latest;
      const most = patience === undefined ? undefined : Math.max(0, patience - quiet);
      const last = leave?.aborted ? LAST_WORDS : undefined;
      const times = [most, last].filter((ms) => ms !== undefined);
      if (!(await sleep(times.length > 0 ? Math.min(...times) : undefined)) || input.readableLength > 0)
        continue;
      if (last !== undefined) return false;
      drinker.idle?.();
    }
  } finally {
    for (const event of events) input.off(event, notice);
    for (const signal of [stop, leave]) signal?.removeEventListener("abort", notice);
  }
}
