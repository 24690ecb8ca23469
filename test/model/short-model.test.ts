import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tempFolder } from "../helpers/temp.ts";
import { modelOptions } from "./options.ts";
import { play } from "./play.ts";
import { type Step, shortSequence } from "./steps.ts";

/** Sequences that run at once: they wait for disks and timers most of the time. */
const LANES = 8;
const RUNS = 40;

describe("the engine, against a model, in few steps", { concurrency: true }, () => {
  for (let lane = 1; lane <= LANES; lane++) {
    it(`delivers every line once to every sink, whatever happens (lane ${lane})`, async (t) => {
      const parent = tempFolder(t);
      const property = fc.asyncProperty(shortSequence, async (steps) => {
        const folder = mkdtempSync(join(parent, "run-"));
        await play(folder, steps);
        rmSync(folder, { recursive: true });
      });
      const options = modelOptions<[Step[]]>(RUNS);
      t.diagnostic(`MODEL_SEED=${options.seed}`);
      await fc.assert(property, options);
    });
  }
});
