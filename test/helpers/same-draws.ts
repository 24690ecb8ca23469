// Loaded before each file of node:test by test/run.ts. With CI=true, properties draw what they drew in the run before:
// a verdict is one on the commit, not on luck. What is new is looked for by every other run, and by `npm run soak`.
import { isMainThread } from "node:worker_threads";

/** What is drawn with CI=true; undefined: something new in each run. */
export const SEED = process.env.CI === "true" ? 20_211_105 : undefined;

// A worker that a test starts inherits this file, and draws nothing.
if (SEED !== undefined && isMainThread) {
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
}
