import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { type Context, createContext, Script } from "node:vm";
import type { Log } from "./log.ts";

/** Thrown by `Limit.run`: the work was ended where it stood. */
export class TookTooLong extends Error {
  override name = "TookTooLong";
}

/** Ends work of this thread that takes too long, also within a regular expression, which nothing else can end. */
export interface Limit {
  /**
   * Runs synchronous work, and throws what it throws. Work that is ended sees no exception: neither its `catch`
   * nor its `finally` runs, so that it must leave nothing behind that is half done. Calls must not be nested.
   * Each costs a thread, some 0.1 ms: put a run of lines into one.
   * @throws TookTooLong when it took more than `ms`
   */
  run<T>(work: () => T, ms: number): T;
}

/**
 * Each limited run holds up to four file descriptors, and Node ends the whole process if it gets none: so many
 * must be free, as other threads open files at the same time.
 */
const SPARE = 64;

/** @param log is told once when work runs without a limit, for want of descriptors */
export function createLimit(log?: Pick<Log, "warn">): Limit {
  let current: () => unknown = nothing;
  let result: { readonly value: unknown } | undefined;
  // One function for all runs: V8 remembers what a script called last, and with it all that its work made.
  const room = {
    work: () => {
      result = { value: current() };
    },
  };
  const script = new Script("work()");
  let context: Context | undefined;
  let most: number | undefined;
  let told = false;

  const tell = (): void => {
    if (told) return;
    told = true;
    log?.warn(
      `nothing stops an expression that runs away while fewer than ${SPARE} of ${most} file descriptors are free: raise \`ulimit -n\``,
    );
  };

  return {
    run<T>(work: () => T, ms: number): T {
      most ??= mostDescriptors();
      // Rather without a limit than without the process.
      if (!hasSpare(most)) {
        tell();
        return work();
      }
      context ??= createContext(room);
      current = work;
      try {
        try {
          script.runInContext(context, { timeout: ms });
        } catch (error) {
          // It may have ended at the moment when its time was up.
          if (!isTimeout(error)) throw error;
          if (!result) throw new TookTooLong(`took more than ${ms} ms`);
        }
        return (result as unknown as { readonly value: T }).value;
      } finally {
        current = nothing;
        result = undefined;
      }
    },
  };
}

function nothing(): void {}

/** Not by its class: the error is one of the context that the script ran in. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

/** The number of the lowest descriptor that is free tells how many are taken. */
function hasSpare(most: number): boolean {
  if (most === Number.POSITIVE_INFINITY) return true;
  try {
    const lowest = openSync(devNull, "r");
    closeSync(lowest);
    return lowest + SPARE < most;
  } catch {
    return false;
  }
}

/** How many descriptors the process may have open; infinite where that is unknown (Windows has no such limit). */
function mostDescriptors(): number {
  if (process.platform === "win32") return Number.POSITIVE_INFINITY;
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  const { excludeNetwork = false } = report;
  // Else it looks up the names of all peers, and waits for them.
  report.excludeNetwork = true;
  try {
    const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
    const soft = userLimits?.open_files?.soft;
    return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}
