import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { multiline, play, type Step, step } from "../helpers/source-model.ts";
import { given, PATTERNS, playing } from "../helpers/source-sequences.ts";
import { tempFolder } from "../helpers/temp.ts";

const steps = fc.array(step, { minLength: 1, maxLength: 16 });

describe("file source, against a model", { concurrency: true }, () => {
  for (const pattern of PATTERNS) {
    it(
      `reads every line of ${pattern} once and in order, whatever happens to the files`,
      playing(60, given([pattern], steps)),
    );
    it(
      `L4: does so while it puts the lines of ${pattern} together`,
      playing(60, given([pattern], steps, multiline)),
    );
  }

  for (const encoding of ["utf-16le", "utf-16be", "gb18030"] as const) {
    const how = fc.option(multiline, { nil: undefined });
    it(
      `L7: does so in ${encoding}, with lines put together or not`,
      playing(30, given(PATTERNS, steps, how), encoding),
    );
  }

  it("drains also what was written while a read was under way", async (t) => {
    const parent = tempFolder(t);
    const append: Step = { type: "append", text: [{ size: 0, letter: "z", end: "\n" }] };
    // A restart's first read is under way when the line comes, in most of the rounds.
    for (let round = 0; round < 10; round++) {
      await play(mkdtempSync(join(parent, "run-")), "a.log", false, [
        append,
        { type: "drain" },
        append,
        { type: "kill" },
        append,
        { type: "rename" },
      ]);
    }
  });

  it("knows the copy of a log of which only an unfinished line was read", async (t) => {
    const parent = tempFolder(t);
    const append = (end: "\n" | ""): Step => ({ type: "append", text: [{ size: 0, letter: "z", end }] });
    const rotate: Step = { type: "copytruncate" };
    for (let round = 0; round < 5; round++) {
      const steps: Step[] = [append("\n"), rotate, { type: "drain" }, append(""), rotate, { type: "rename" }];
      await play(mkdtempSync(join(parent, "run-")), "a.log*", false, steps);
    }
  });

  it("knows the copy of a log that was truncated right after a read", async (t) => {
    const parent = tempFolder(t);
    const append = (...sizes: number[]): Step => ({
      type: "append",
      text: sizes.map((size) => ({ size, letter: "z", end: "\n" })),
    });
    const begin: Step[] = [append(0), { type: "drain" }];
    const rotate: Step[] = [{ type: "copytruncate" }, { type: "rename" }];
    for (let round = 0; round < 5; round++) {
      for (const steps of [
        [...begin, append(0), { type: "kill" } as const, ...rotate],
        [...begin, { type: "stop" } as const, append(0, 5, 262_126), { type: "start" } as const, ...rotate],
      ]) {
        await play(mkdtempSync(join(parent, "run-")), "a.log*", false, steps);
      }
    }
  });
});
