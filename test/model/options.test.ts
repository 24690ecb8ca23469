import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { modelOptions } from "./options.ts";

describe("the options of a run of the model", () => {
  it("have a seed of their own each time, so that what runs side by side differs", () => {
    const seeds = new Set(Array.from({ length: 20 }, () => modelOptions(5, {}).seed));

    assert.equal(seeds.size, 20);
  });

  it("are those that play a failure again, where they are given", () => {
    const options = modelOptions(5, { MODEL_SEED: "17", MODEL_PATH: "3:1", MODEL_RUNS: "4" });

    assert.deepEqual(options, { seed: 17, path: "3:1", numRuns: 4, endOnFailure: true });
  });
});
