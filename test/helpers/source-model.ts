import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import type { Log } from "../../src/lib/log.ts";
import type { Multiline } from "../../src/multiline/options.ts";
import { createRotatedLog } from "./rotated-log.ts";
import { type RunningSource, startSource } from "./source.ts";

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

/** What can happen to a log and to who reads it. */
export const step = fc.oneof(
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
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Ways to put the model's lines together, with a timer that never ends a group and one that does so at any time. */
export const multiline: fc.Arbitrary<Multiline> = fc.record({
  by: fc.constantFrom(
    { pattern: "", negate: true, match: "after" },
    { pattern: "^\\d*[05]:", negate: true, match: "after" },
    { pattern: "z", negate: false, match: "before" },
    { pattern: "^none", negate: true, match: "after" },
  ),
  maxLines: fc.constantFrom(3, 500),
  maxBytes: fc.constantFrom(5_000, 1 << 20),
  timeout: fc.constantFrom(10, 60_000),
});

/** Does the steps that make sense where they stand, then compares what is durable with what was written. */
export async function play(
  folder: string,
  pattern: string,
  header: boolean,
  steps: readonly Step[],
  journal?: Log,
  multiline?: Multiline,
  encoding?: "utf-16le" | "utf-16be" | "gb18030",
): Promise<void> {
  const log = createRotatedLog(join(folder, "a.log"), encoding);
  let images = 0;
  const start = (): Promise<RunningSource> =>
    startSource(
      join(folder, `data-${images}`),
      // Pieces without an end add up to lines that the default would cut.
      { paths: join(folder, pattern), from: "start", partialAfter: 60_000, encoding, maxLineBytes: 16 << 20 },
      journal,
      { multiline },
    );
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
  /** It has read some of it. */
  let begun = false;

  const drain = async (): Promise<RunningSource> => {
    const reader = running ?? (await start());
    running = reader;
    if (paused) reader.source.resume();
    paused = false;
    await reader.source.drain();
    log.drained();
    drained = true;
    seen = log.exists;
    begun = log.size > 0;
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
          begun = false;
          break;
        case "copytruncate":
        case "remove":
          if (!log.exists) break;
          // A copy holds what was not read yet, if something was read by which to know it again.
          if (!drained && !(step.type === "copytruncate" && begun)) await drain();
          log[step.type]();
          seen = false;
          begun = false;
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
    const reader = await drain();
    const durable = reader.durable();
    assert.equal(new Set(durable.map(({ id }) => id)).size, durable.length, "an id came twice");
    const told = Map.groupBy(durable, ({ generation }) => generation);
    const lives = [...told.values()].map((records) => records.map(({ line }) => line));
    assert.deepEqual(lives.map(brief).sort(), log.truth().map(brief).sort());
    const open = reader.accounts().filter(({ missing }) => missing !== 0);
    assert.deepEqual(open, [], "bytes that were neither read nor skipped");
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
