import type fc from "fast-check";
import { SEED } from "../helpers/same-draws.ts";

/** How often was asked: sequences that are played side by side are to differ. */
let asked = 0;

/**
 * What `MODEL_SEED`, `MODEL_PATH`, `MODEL_RUNS` and `MODEL_SHRINK` ask of a run of the model; see test/README.md.
 * @param runs sequences, when `MODEL_RUNS` does not say so
 */
export function modelOptions<T>(
  runs: number,
  env: NodeJS.ProcessEnv = process.env,
): fc.Parameters<T> & { readonly seed: number } {
  const { MODEL_SEED, MODEL_PATH, MODEL_RUNS, MODEL_SHRINK } = env;
  const drawn = SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : SEED + asked++;
  return {
    seed: MODEL_SEED === undefined ? drawn : Number(MODEL_SEED),
    numRuns: Number(MODEL_RUNS ?? runs),
    ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
    // A sequence that fails by a race fails otherwise when it is shrunk: the one that was met is told.
    endOnFailure: MODEL_SHRINK === undefined,
  };
}
