import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Outcome, runAgain } from "./again.ts";
import type { Result } from "./tally.ts";

type Ended = Result["outcome"];

/** A file of `part` whose tests ended like `first`, and end like `then` when it is run again. */
function file(part: string, first: readonly Ended[], then: readonly Ended[]) {
  const told = (outcomes: readonly Ended[]) =>
    outcomes.map((outcome, index) => ({ file: `${part}.test.ts`, name: `test ${index}`, outcome }));
  const runs = { count: 0 };
  const outcome: Outcome = {
    part,
    results: told(first),
    async run({ result }) {
      runs.count++;
      for (const one of told(then)) result(one);
    },
  };
  return { outcome, runs };
}

async function again(...files: { outcome: Outcome }[]): Promise<void> {
  const outcomes = files.map(({ outcome }) => outcome);
  await runAgain(outcomes, ["browser"], () => {});
}

const ended = ({ outcome }: { outcome: Outcome }) => outcome.results.map(({ outcome }) => outcome);

describe("what failed", () => {
  it("is run once more, and told of as flaky where all of it passes", async () => {
    const shaky = file("browser", ["passed", "failed"], ["passed", "passed"]);
    const sound = file("browser", ["passed"], ["failed"]);

    await again(shaky, sound);

    assert.deepEqual(ended(shaky), ["passed", "passed"]);
    assert.deepEqual(
      shaky.outcome.flaky?.map(({ name }) => name),
      ["test 1"],
    );
    assert.deepEqual([shaky.runs.count, sound.runs.count], [1, 0]);
  });

  it("has failed when anything fails again", async () => {
    const broken = file("browser", ["failed", "passed"], ["passed", "failed"]);

    await again(broken);

    assert.deepEqual(ended(broken), ["failed", "passed"]);
    assert.equal(broken.outcome.flaky, undefined);
  });

  it("has failed when fewer tests pass than should, as where they are left out the second time", async () => {
    const left = file("browser", ["passed", "failed"], ["passed", "skipped"]);

    await again(left);

    assert.deepEqual(ended(left), ["passed", "failed"]);
  });

  it("is not run again where it says what becomes of lines, nor anything beside it", async () => {
    const lost = file("unit", ["failed"], ["passed"]);
    const shaky = file("browser", ["failed"], ["passed"]);

    await again(lost, shaky);

    assert.deepEqual([ended(lost), ended(shaky)], [["failed"], ["failed"]]);
    assert.deepEqual([lost.runs.count, shaky.runs.count], [0, 0]);
  });

  it("is not run again where more failed than can be chance", async () => {
    const files = [1, 2, 3].map(() => file("browser", ["failed"], ["passed"]));

    await again(...files);

    assert.deepEqual(
      files.map(({ runs }) => runs.count),
      [0, 0, 0],
    );
  });
});
