import { type Limit, TookTooLong } from "./limit.ts";

/** Limit (ms) of a run of lines: one that is reached raises a suspicion, against the line under way. */
const TOGETHER = 200;
/** Limit (ms) of that line alone: one that is reached is the verdict. */
const ALONE = 250;
/** What all lines of a run may take (ms), beside those that come after: many slow ones hold others up as one does. */
const IN_ALL = 700;
/**
 * Both limits of an expression that was stopped before, halved with each time down to the least (ms): the same
 * expression in many sources must not hold the thread as often as there are sources.
 */
const SUSPECT = 50;
const LEAST = 5;
const SUSPECT_IN_ALL = 200;
/** A thread that got less of a processor than this was not slow: the machine was busy, or asleep. */
const AWAKE = 0.5;
/** So often a line is tried alone while the machine is busy. */
const TRIES = 3;

/** Why an expression was stopped. */
export interface Verdict {
  /** What it had taken (ms, as a limit). */
  readonly ms: number;
  /** No line took too long, but several did together. */
  readonly many: boolean;
}

/** Tries the line under way; what it returns is done when that was in time. */
export type Trial = () => (() => void) | undefined;

/** Stops expressions that take too long over lines, and remembers which did. */
export interface Watchdog {
  /**
   * Work that takes too long is ended, and the line under way is tried alone, so that a machine that was busy is no
   * verdict; then the work goes on. The thread is held up for half a second at most, and little longer by lines that
   * are slow one by one; much shorter when the pattern was stopped before.
   * @param work begins, or goes on where it was ended; as `Limit.run` takes it
   * @param underWay what tries the line that the work was ended in; undefined: it was ended between lines
   * @returns why it was stopped; undefined when the work came to its end
   */
  run(pattern: string, work: () => void, underWay: () => Trial | undefined): Verdict | undefined;
  /** Work over one line. @returns undefined when it was stopped */
  single<T>(pattern: string, work: () => T): { readonly value: T } | undefined;
  /** Gives a pattern its full time again. */
  forgive(pattern: string): void;
}

export function createWatchdog(limit: Limit): Watchdog {
  /** How often each pattern was stopped. */
  const stops = new Map<string, number>();

  const limitsOf = (pattern: string) => {
    const before = stops.get(pattern) ?? 0;
    if (before === 0) return { together: TOGETHER, alone: ALONE, inAll: IN_ALL };
    const short = Math.max(LEAST, Math.floor(SUSPECT / 2 ** (before - 1)));
    return { together: short, alone: short, inAll: SUSPECT_IN_ALL };
  };

  const stopped = (pattern: string): void => void stops.set(pattern, (stops.get(pattern) ?? 0) + 1);

  const attempt = <T>(work: () => T, ms: number): { readonly value: T } | undefined => {
    try {
      return { value: limit.run(work, ms) };
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
      return undefined;
    }
  };

  const tryAlone = <T>(work: () => T, ms: number): { readonly value: T } | undefined => {
    for (let tries = 1; ; tries++) {
      const timer = stopwatch();
      const done = attempt(work, ms);
      if (done) return done;
      const { busy, wall } = timer();
      if (busy >= wall * AWAKE || tries === TRIES) return undefined;
    }
  };

  return {
    run(pattern, work, underWay) {
      const { together: first, alone, inAll } = limitsOf(pattern);
      let spent = 0;
      for (let together = first; ; ) {
        const timer = stopwatch();
        if (attempt(work, together)) return undefined;
        spent += timer().busy;
        const trial = underWay();
        if (!trial) {
          // Cutting lines takes no time unless the machine has none: it must come to an end all the same.
          together *= 2;
          continue;
        }
        const many = spent >= inAll;
        if (!many) {
          const again = stopwatch();
          const passed = tryAlone(trial, alone);
          spent += again().busy;
          if (passed) {
            passed.value?.();
            continue;
          }
        }
        stopped(pattern);
        return { ms: many ? inAll : alone, many };
      }
    },
    single(pattern, work) {
      const done = tryAlone(work, limitsOf(pattern).alone);
      if (!done) stopped(pattern);
      return done;
    },
    forgive: (pattern) => void stops.delete(pattern),
  };
}

/** @returns what passed until now, and what of it (at most) this process had of a processor, in ms */
function stopwatch(): () => { readonly wall: number; readonly busy: number } {
  const began = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const wall = performance.now() - began;
    return { wall, busy: Math.min(wall, (user + system) / 1000) };
  };
}
