import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FateCause } from "../../src/protocol/engine.ts";
import { inEnglish, sinkText } from "../../src/protocol/fate.ts";
import { fatesAnswer } from "../../src/protocol/log-details.ts";

/** A language of which nothing but the places is known. */
const other = (message: string, ...args: (string | number)[]): string =>
  `⟦${message.replace(/[a-z]/gi, "x").replace(/\{(\d)\}/g, (_, at) => String(args[Number(at)]))}⟧`;

describe("what became of a record at a sink", () => {
  const causes: readonly (readonly [FateCause, string])[] = [
    [{ code: "unparsed" }, "it did not parse (unparsed: skip)"],
    [{ code: "fieldless" }, "it has none of the sink's fields"],
    [{ code: "options" }, "the sink leaves some records of this file out by its options"],
    [
      { code: "gone", refused: 7, gone: 2 },
      "records of this file that were refused: 7, no longer among the dead letters: 2",
    ],
  ];
  for (const [why, text] of causes) {
    it(`is said in the words of the reader where the engine found it: ${why.code}`, () => {
      const fate = { state: "unsure", reason: text, why } as const;
      assert.ok(sinkText(fate, inEnglish).endsWith(`: ${text}`));
      const told = sinkText(fate, other);
      assert.deepEqual(told.match(/[a-wyz]/gi), null);
      if (why.code === "gone") assert.match(told, /7.*2/);
    });
  }

  it("keeps what others said as they said it", () => {
    const fate = { state: "dead", reason: "400: field type conflict" } as const;
    assert.match(sinkText(fate, other), /^⟦.*⟧: 400: field type conflict$/);
  });

  it("comes to the page with its cause", () => {
    const fates = causes.map(([why]) => ({ sink: "out", state: "unsure", reason: "because", why }) as const);
    assert.deepEqual(fatesAnswer.parse(fates), fates);
  });
});
