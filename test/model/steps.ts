import fc from "fast-check";

/** Names of the logs that are written. */
export const LOGS = ["a.log", "b.log", "c.log"] as const;
export type LogName = (typeof LOGS)[number];

const logName = fc.constantFrom(...LOGS);
/** Padding of a line in bytes: small, about a page, about a read buffer. */
const size = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 0, max: 80 }) },
  { weight: 8, arbitrary: fc.integer({ min: 4020, max: 4100 }) },
  { weight: 1, arbitrary: fc.integer({ min: 262_000, max: 262_150 }) },
);
const lines = fc.array(
  fc.record({
    size,
    letter: fc.constantFrom("z", "ä", '"', "\\"),
    end: fc.constantFrom("\n", "\n", "\n", "\r\n"),
    /** The HTTP server refuses this one for good. */
    poison: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

/** How the HTTP server meets writes. */
export const WAYS = [
  "429",
  "429 later",
  "500",
  "503",
  "413",
  "401",
  "404",
  "page",
  "reset",
  "lose",
  "hang",
  "take and hang",
  "slow",
] as const;
export type Way = (typeof WAYS)[number];

/** What can be changed of the configuration while all goes on. */
export const EDITS = [
  "add a sink",
  "remove a sink",
  "move the file sink",
  "pack requests",
  "leave the parser's message out",
  "widen the patterns",
  "put lines together",
  "disable the source",
  "remove the source",
  "reset",
] as const;
export type Edit = (typeof EDITS)[number];

/** `cut`: of the last line only this share is written; the rest comes with the next write to the log. */
const write = fc.record({
  type: fc.constant("write" as const),
  log: logName,
  lines,
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined, freq: 3 }),
});
const rotate = fc.record({
  type: fc.constantFrom("rename", "copytruncate", "remove", "gzip", "prune"),
  log: logName,
});
const answer = fc.record({
  type: fc.constant("answer" as const),
  way: fc.constantFrom(...WAYS),
  times: fc.integer({ min: 1, max: 4 }),
});
const reload = fc.record({
  type: fc.constant("reload" as const),
  // Two: the second is asked for while the first is under way.
  edits: fc.array(fc.constantFrom(...EDITS), { minLength: 1, maxLength: 2 }),
});

/** Steps for a collector in this process. */
export const step = fc.oneof(
  { weight: 14, arbitrary: write },
  { weight: 6, arbitrary: rotate },
  { weight: 4, arbitrary: answer },
  { weight: 4, arbitrary: reload },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom("pause", "resume", "stop", "start", "restart", "end", "turn", "drain"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom("server down", "server up", "folder away", "folder back") }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("replay letters" as const) }) },
  // Each waits for about a second.
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("hand over", "take over") }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/**
 * Steps for the command line as a process of its own, which is killed at any moment. A kill between a write and
 * its note can't be made good in a file of another name, so the file sink stays where it is.
 */
export const processStep = fc.oneof(
  { weight: 14, arbitrary: write },
  { weight: 6, arbitrary: rotate },
  { weight: 3, arbitrary: answer },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("reload" as const),
      edits: fc.array(
        fc.constantFrom(...EDITS.filter((edit) => edit !== "move the file sink" && edit !== "reset")),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 300 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constantFrom("kill", "kill", "kill for good", "restart", "start") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom("server down", "server up", "folder away", "folder back"),
    }),
  },
);
export type ProcessStep = typeof processStep extends fc.Arbitrary<infer T> ? T : never;

/** Seeds and paths mean the same wherever these are played. */
export const sequence = fc.array(step, { minLength: 1, maxLength: 16 });
export const shortSequence = fc.array(step, { minLength: 1, maxLength: 5 });
export const processSequence = fc.array(processStep, { minLength: 4, maxLength: 24 });
