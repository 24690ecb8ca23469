import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import fc from "fast-check";
import type { Multiline } from "../../src/multiline/options.ts";
import { modelOptions } from "../model/options.ts";
import { play, type Step } from "./source-model.ts";
import { tempFolder } from "./temp.ts";

export const PATTERNS = ["a.log*", "a.log"];

export interface Given {
  readonly pattern: string;
  /** Each file begins with the same lines. */
  readonly header: boolean;
  readonly steps: Step[];
  readonly how: Multiline | undefined;
}

export function given(
  patterns: readonly string[],
  steps: fc.Arbitrary<Step[]>,
  how: fc.Arbitrary<Multiline | undefined> = fc.constant(undefined),
): fc.Arbitrary<Given> {
  return fc.record({ pattern: fc.constantFrom(...patterns), header: fc.boolean(), steps, how });
}

/** Plays so many sequences, or what `MODEL_SEED` and its like ask for; a failure tells how to play it again. */
export function playing(
  runs: number,
  sequences: fc.Arbitrary<Given>,
  encoding?: Parameters<typeof play>[6],
): (t: TestContext) => Promise<void> {
  return async (t) => {
    const parent = tempFolder(t);
    const property = fc.asyncProperty(sequences, async ({ pattern, header, steps, how }) => {
      const folder = mkdtempSync(join(parent, "run-"));
      await play(folder, pattern, header, steps, undefined, how, encoding);
      rmSync(folder, { recursive: true });
    });
    const options = modelOptions<[Given]>(runs);
    t.diagnostic(`MODEL_SEED=${options.seed}`);
    await fc.assert(property, options);
  };
}
