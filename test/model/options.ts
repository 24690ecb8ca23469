import type fc from "fast-check";

/**
 * What `MODEL_SEED`, `MODEL_PATH`, `MODEL_RUNS` and `MODEL_SHRINK` ask of a run of the model; see test/README.md.
 * @param runs sequences, when `MODEL_RUNS` does not say so
 */
export function modelOptions<T>(
  runs: number,
  env: NodeJS.ProcessEnv = process.env,
): fc.Parameters<T> & { readonly seed: number } {
  const { MODEL_SEED, MODEL_PATH, MODEL_RUNS, MODEL_SHRINK } = env;
  return {
    seed: MODEL_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(MODEL_SEED),
    numRuns: Number(MODEL_RUNS ?? runs),
    ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
    // A sequence that fails by a race fails otherwise when it is shrunk: the one that was met is told.
    endOnFailure: MODEL_SHRINK === undefined,
  };
}
