import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tempFolder } from "../helpers/temp.ts";
import { play } from "./play.ts";
import type { Step } from "./steps.ts";

/** Races need several tries, and company. */
const ROUNDS = 5;
const AT_ONCE = 8;

const write = (lines: number): Step => ({
  type: "write",
  log: "a.log",
  lines: Array.from({ length: lines }, () => ({ size: 50, letter: "z", end: "\n", poison: false })),
  cut: undefined,
});

async function playOften(t: TestContext, steps: readonly Step[]): Promise<void> {
  const parent = tempFolder(t);
  const once = async (): Promise<void> => {
    const folder = mkdtempSync(join(parent, "run-"));
    await play(folder, steps);
    rmSync(folder, { recursive: true });
  };
  for (let round = 0; round < ROUNDS; round++) await Promise.all(Array.from({ length: AT_ONCE }, once));
}

/** Each is a sequence by which the model found a fault, cut down to what it takes. */
describe("sequences that failed once", () => {
  it("find the copy of a truncated log that gets another name while it is looked for", (t) =>
    playOften(t, [
      write(5),
      { type: "drain" },
      write(3),
      { type: "turn" },
      { type: "copytruncate", log: "a.log" },
      { type: "turn" },
      { type: "rename", log: "a.log" },
    ]));
});
