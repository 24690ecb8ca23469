import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tempFolder } from "../../helpers/temp.ts";
import { modelOptions } from "../../model/options.ts";
import { playProcess } from "../../model/process.ts";
import { type ProcessStep, processSequence } from "../../model/steps.ts";

const LANES = 3;
const RUNS = 5;

describe("the command line, killed with -9, against a model", { concurrency: true }, () => {
  for (let lane = 1; lane <= LANES; lane++) {
    it(`S9, S11: delivers every line once to every sink, whatever happens (lane ${lane})`, async (t) => {
      const parent = tempFolder(t);
      const property = fc.asyncProperty(processSequence, async (given) => {
        const folder = mkdtempSync(join(parent, "run-"));
        await playProcess(folder, given);
        rmSync(folder, { recursive: true });
      });
      const options = modelOptions<[ProcessStep[]]>(RUNS);
      t.diagnostic(`MODEL_SEED=${options.seed}`);
      await fc.assert(property, options);
    });
  }
});
