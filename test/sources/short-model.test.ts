import { describe, it } from "node:test";
import fc from "fast-check";
import { multiline, step } from "../helpers/source-model.ts";
import { given, PATTERNS, playing } from "../helpers/source-sequences.ts";

/** Most faults take few steps, and many such sequences cost no more than a few long ones. */
const steps = fc.array(step, { minLength: 1, maxLength: 5 });

describe("file source, against a model, in few steps", { concurrency: true }, () => {
  for (const pattern of PATTERNS) {
    it(
      `reads every line of ${pattern} once and in order, whatever happens to the files`,
      playing(200, given([pattern], steps)),
    );
    it(
      `L4: does so while it puts the lines of ${pattern} together`,
      playing(200, given([pattern], steps, multiline)),
    );
  }

  for (const encoding of ["utf-16le", "utf-16be", "gb18030"] as const) {
    const how = fc.option(multiline, { nil: undefined });
    it(
      `L7: does so in ${encoding}, with lines put together or not`,
      playing(100, given(PATTERNS, steps, how), encoding),
    );
  }
});
