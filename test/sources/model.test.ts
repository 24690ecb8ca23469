import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createRotatedLog } from "../helpers/rotated-log.ts";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";

/** Lengths around nothing, a page and a read buffer. */
const size = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 3, arbitrary: fc.integer({ min: 4080, max: 4100 }) },
  { weight: 1, arbitrary: fc.integer({ min: 262_050, max: 262_150 }) },
);
/** A piece of text; without an end, the next one goes on in its line. */
const piece = fc.record({
  size,
  letter: fc.constantFrom("z", "ä"),
  end: fc.constantFrom("\n", "\n", "\r\n", ""),
});
const text = fc.array(piece, { minLength: 1, maxLength: 5 });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("append" as const), text }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("appendLate" as const), text }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constantFrom(
        "rename",
        "copytruncate",
        "remove",
        "drain",
        "pause",
        "resume",
        "stop",
        "kill",
        "start",
        "turn",
      ),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A failure prints its seed and path: give them to `fc.assert` to play it again. `MODEL_RUNS` asks for more. */
describe("file source, against a model", { concurrency: true }, () => {
  for (const { pattern, runs } of [
    { pattern: "a.log*", runs: 60 },
    { pattern: "a.log", runs: 60 },
  ]) {
    it(`reads every line of ${pattern} once and in order, whatever happens to the files`, async (t) => {
      const parent = tempFolder(t);
      const property = fc.asyncProperty(
        fc.boolean(),
        fc.array(step, { minLength: 1, maxLength: 16 }),
        async (header, steps) => {
          const folder = mkdtempSync(join(parent, "run-"));
          await play(folder, pattern, header, steps);
          rmSync(folder, { recursive: true });
        },
      );
      await fc.assert(property, { numRuns: Number(process.env.MODEL_RUNS ?? runs) });
    });
  }
});

/** Does the steps that make sense where they stand, then compares what is durable with what was written. */
async function play(folder: string, pattern: string, header: boolean, steps: readonly Step[]): Promise<void> {
  const log = createRotatedLog(join(folder, "a.log"));
  let images = 0;
  const start = (): Promise<RunningSource> =>
    startSource(join(folder, `data-${images}`), {
      paths: join(folder, pattern),
      from: "start",
      partialAfter: 60_000,
    });
  let written = 0;
  // An empty line only after one that is like no other: a file that begins again with the very bytes that were
  // read of it can't be told from one that goes on.
  const compose = (pieces: readonly { size: number; letter: string; end: string }[]): string =>
    pieces
      .map(({ size, letter, end }, at) =>
        at > 0 && size === 0 && end !== "" ? end : line(written++, letter, size) + end,
      )
      .join("");
  let running: RunningSource | undefined = await start();
  let paused = false;
  /** The reader has all there is, and has it still if it is stopped now. */
  let drained = true;
  /** The reader has met the file at the log's path, since it was last truncated. */
  let seen = false;

  const drain = async (): Promise<RunningSource> => {
    const reader = running ?? (await start());
    running = reader;
    if (paused) reader.source.resume();
    paused = false;
    await reader.source.drain();
    log.drained();
    drained = true;
    seen = log.exists;
    return reader;
  };

  try {
    for (const step of steps) {
      switch (step.type) {
        case "append":
          if (header && !log.exists) log.append(`#time path status\n${written++}:\n`);
          log.append(compose(step.text));
          drained = false;
          break;
        case "appendLate":
          if (log.appendLate(compose(step.text))) drained = false;
          break;
        case "rename":
          // A pattern that leaves rotated files out can't know of one that it never met at its place.
          if (!log.exists) break;
          if (!seen && pattern === "a.log") await drain();
          log.rename();
          seen = false;
          break;
        case "copytruncate":
        case "remove":
          if (!log.exists) break;
          if (!drained) await drain();
          log[step.type]();
          seen = false;
          break;
        case "drain":
          await drain();
          break;
        case "pause":
          running?.source.pause();
          paused = running !== undefined;
          break;
        case "resume":
          running?.source.resume();
          paused = false;
          break;
        case "stop":
          await running?.stop();
          running = undefined;
          paused = false;
          break;
        case "kill":
          if (!running) break;
          running.image(join(folder, `data-${++images}`));
          await running.stop();
          running = await start();
          paused = false;
          break;
        case "start":
          running ??= await start();
          break;
        case "turn":
          await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const durable = (await drain()).durable();
    assert.equal(new Set(durable.map(({ id }) => id)).size, durable.length, "an id came twice");
    const told = Map.groupBy(durable, ({ generation }) => generation);
    const lives = [...told.values()].map((records) => records.map(({ line }) => line));
    assert.deepEqual(lives.map(brief).sort(), log.truth().map(brief).sort());
  } finally {
    await running?.stop();
  }
}

/** A line that is like no other in any stretch of it that is as long as a marker. */
function line(number: number, letter: string, size: number): string {
  return `${number}:${`${letter}${number}`.repeat(size).slice(0, size)}`;
}

/** A life's lines as text one can read when they differ: of long ones the beginning, the length and a hash. */
function brief(lines: readonly string[]): string {
  return lines
    .map((text) => (text.length > 50 ? `${text.slice(0, 9)}… ${text.length} ${hash("md5", text)}` : text))
    .join("\n");
}
