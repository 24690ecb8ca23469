import { url } from "node:inspector";

/** Between two looks, in ms. */
const EVERY = 500;

interface Parts {
  /** Asks the thread; settles with its answer, whatever that is. */
  readonly ping: () => Promise<unknown>;
  /** How long (ms) it may be silent at present. */
  readonly patience: () => number;
  /** It was silent for longer; called once. */
  readonly dead: (silence: number) => void;
  readonly every?: number;
  /** A clock in ms that nobody sets. */
  readonly now?: () => number;
  /** A debugger may hold the thread up for as long as it likes. */
  readonly debugged?: () => boolean;
}

/**
 * Tells of a thread that no longer answers. Only time in which this thread ran counts: a look that comes late
 * means that the machine slept or was too busy for this thread, and then for the other one too.
 */
export function createHeartbeat(parts: Parts): { stop(): void } {
  const { ping, patience, dead, every = EVERY } = parts;
  const { now = () => performance.now(), debugged = () => url() !== undefined } = parts;
  let asked = false;
  let silence = 0;
  let last = now();

  const look = (): void => {
    const passed = now() - last;
    last += passed;
    if (!asked) {
      asked = true;
      silence = 0;
      const answered = (): void => {
        asked = false;
      };
      ping().then(answered, answered);
      return;
    }
    if (debugged()) silence = 0;
    else if (passed < 2 * every) silence += passed;
    if (silence < patience()) return;
    clearInterval(timer);
    dead(silence);
  };
  const timer = setInterval(look, every);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
