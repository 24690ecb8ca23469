import fc from "fast-check";
import { LEVELS } from "../../../src/model.ts";

/** The time (ms since the epoch) that the lines begin at. */
export const START = Date.parse("2024-05-01T10:00:00Z");

const words = ["timeout", "TimeOut", "err", "user ann", "日本", "x-y", "/api", "a.b", "out (", "ti?eout"];
const term = fc.constantFrom(
  ...words.map((word) => (/[ (/*?-]/.test(word) && !/[*?]/.test(word) ? JSON.stringify(word) : word)),
  ...["level:error", "level:>=warn", "level:<info", "level:*", "source:logs", "source:l*", "source:other"],
  ...["file:a.log", "file:b.log", "file:*.log", "user:ann", "user:ANN", "user:a*", "user:?nn", "user:>b"],
  ...["took:>3", "took:3", 'took:"3"', "took:[1 TO 3]", "took:{1 TO *]", "took:3.5", "took:1*", "missing:*"],
  ...[
    "user:*",
    "ok:true",
    "ok:FALSE",
    "deep.inner:x",
    "message:timeout",
    "message:st*d",
    "message:ti*12",
    'message:"ann st"',
    "missing:1",
  ],
  ...[
    "message:/time[o]ut$/",
    "message:/^user/",
    "/TIMEOUT/i",
    "user:/n{2}/",
    "user:/^[ab]/",
    "/\\d+ ms|日./",
    "/a\\.b/",
  ],
  ...[
    `time:>${START + 200_000}`,
    `time:[${START} TO ${START + 90_000}]`,
    "status:404",
    "status:>=500",
    "status:4*",
  ],
);
/** Any query: terms that say something of those lines, joined and negated. */
export const query: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: term },
    fc.tuple(tie("query"), tie("query")).map(([a, b]) => `(${a} ${b})`),
    fc.tuple(tie("query"), tie("query")).map(([a, b]) => `(${a} OR ${b})`),
    tie("query").map((one) => `NOT (${one})`),
  ),
})).query;

const message = fc
  .array(
    fc.constantFrom(
      "timeout",
      "TIMEOUT",
      "err",
      "error",
      "user",
      "ann",
      "started",
      "日本",
      "x-y",
      "/api/v1",
      "a.b",
      "aXb",
      "out (",
      "12 ms",
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((list) => list.join(" "));
/** What a line of the log says; `second` is that of its time after START. */
export const line = fc.record(
  {
    message,
    second: fc.nat(400),
    level: fc.constantFrom(...LEVELS),
    user: fc.constantFrom("ann", "Ann", "bob", "", "carl@x"),
    took: fc.nat(20),
    status: fc.constantFrom(200, 404, 500, 503),
    ok: fc.boolean(),
    deep: fc.record({ inner: fc.constantFrom("x", "y") }),
  },
  { requiredKeys: ["message", "second"] },
);
