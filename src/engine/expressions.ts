import { Worker } from "node:worker_threads";
import type { PlacedExpression } from "../config/expressions.ts";
import type { Expression, Runaway } from "../config/runaway.ts";
import { reasonOf } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import type { ConfigIssue } from "../protocol/engine.ts";

/** What one expression may take, in ms, with the start of the thread. */
const PATIENCE = 15_000;
/** Expressions remembered, so that only what changed is looked at. */
const REMEMBERED = 1_000;

/** Warns of expressions that can run away. They are looked at on a thread of their own, which ends afterwards. */
export interface ExpressionCheck {
  /** What is known of these at once: those that were looked at before. */
  known(expressions: readonly PlacedExpression[]): ConfigIssue[];
  /** The same of all of them; those that can't be looked at are left out. */
  check(expressions: readonly PlacedExpression[]): Promise<ConfigIssue[]>;
  /** Ends what is under way. */
  close(): void;
}

export function createExpressionCheck(log: Log): ExpressionCheck {
  const results = new Map<string, Runaway | undefined>();
  const closing = new AbortController();
  let queue: Promise<void> = Promise.resolve();

  const known = (expressions: readonly PlacedExpression[]): ConfigIssue[] =>
    expressions.flatMap((expression) => {
      const runaway = results.get(keyOf(expression));
      return runaway ? [issueOf(expression, runaway)] : [];
    });

  const look = async (expressions: readonly PlacedExpression[]): Promise<void> => {
    const fresh = expressions.filter((one) => !results.has(keyOf(one)));
    if (fresh.length === 0 || closing.signal.aborted) return;
    if (results.size > REMEMBERED) results.clear();
    let thread = startThread(closing.signal);
    try {
      for (const expression of fresh) {
        const key = keyOf(expression);
        if (results.has(key)) continue;
        try {
          results.set(key, await thread.ask(expression));
        } catch (error) {
          if (closing.signal.aborted) return;
          log.debug(`the expression ${expression.pattern} was not checked: ${reasonOf(error)}`);
          results.set(key, undefined);
          thread.end();
          thread = startThread(closing.signal);
        }
      }
    } finally {
      thread.end();
    }
  };

  return {
    known,
    async check(expressions) {
      queue = queue.then(() => look(expressions));
      await queue;
      return known(expressions);
    },
    close: () => closing.abort(),
  };
}

interface Thread {
  /** @throws when the thread ends, or does not answer in time */
  ask(expression: Expression): Promise<Runaway | undefined>;
  end(): void;
}

function startThread(signal: AbortSignal): Thread {
  const worker = new Worker(script(), {
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  // It must not keep a program from ending.
  worker.unref();
  // An error that nobody hears ends the process.
  worker.on("error", () => {});
  const end = (): void => void worker.terminate();
  signal.addEventListener("abort", end, { once: true });
  return {
    end() {
      signal.removeEventListener("abort", end);
      end();
    },
    ask: ({ pattern, flags }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(() => reject(new Error("it takes too long"))), PATIENCE);
        const answered = (runaway: Runaway | undefined): void => finish(() => resolve(runaway));
        const failed = (error: Error): void => finish(() => reject(error));
        const ended = (): void => finish(() => reject(new Error("the thread ended")));
        const finish = (settle: () => void): void => {
          clearTimeout(timer);
          worker.off("message", answered).off("error", failed).off("exit", ended);
          settle();
        };
        worker.on("message", answered).on("error", failed).on("exit", ended);
        worker.postMessage({ pattern, flags } satisfies Expression);
      }),
  };
}

/** A bundle beside those of the engine, or the source. */
function script(): URL {
  const here = import.meta.url;
  if (here.endsWith(".ts")) return new URL("../expressions.ts", here);
  return new URL(here.includes("/chunks/") ? "../expressions.js" : "./expressions.js", here);
}

const keyOf = ({ pattern, flags }: Expression): string => `${flags}/${pattern}`;

function issueOf({ place }: PlacedExpression, { line, growth }: Runaway): ConfigIssue {
  const message =
    `can run away: the line ${line} takes it more than 250 ms (${growth}), then it is stopped and its source's ` +
    "lines are kept unparsed. Write it so that it can match a text in one way only: no repetition within a " +
    "repetition, and no two side by side that take the same characters";
  return { ...place, severity: "warning", message };
}
