import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fatal } from "../../src/errors.ts";
import { readBulk } from "../../src/sinks/elastic-answer.ts";
import { createPatience } from "../../src/sinks/elastic-patience.ts";

const MINUTE = 60_000;
const place = "Elasticsearch at http://127.0.0.1:9200";

/** A server that answers for its documents one by one, and a clock that is set by hand. */
function server() {
  let now = 0;
  const patience = createPatience(() => now);
  return {
    patience,
    pass: (minutes: number) => {
      now += minutes * MINUTE;
    },
    answers(...documents: readonly { status: number; error?: object }[]) {
      const text = JSON.stringify({ errors: true, items: documents.map((create) => ({ create })) });
      return readBulk({ status: 200, text, headers: {} }, documents.length, place, patience);
    },
  };
}

const good = { status: 201 };
const closed = { status: 400, error: { type: "index_closed_exception", reason: "closed", index: "old" } };
const blocked = { status: 403, error: { type: "cluster_block_exception", reason: "index [old] blocked" } };
const full = { status: 429, error: { type: "cluster_block_exception", reason: "disk usage exceeded" } };

describe("documents whose index is amiss", () => {
  it("are held for a quarter of an hour while others get through, then given up, told as a problem", () => {
    const { patience, pass, answers } = server();
    assert.deepEqual(answers(good, closed).later, [1]);
    for (let minute = 0; minute < 14; minute++) {
      pass(1);
      assert.throws(() => answers(closed), Fatal, "alone it is all that the server says");
      assert.deepEqual(patience.problems, []);
    }
    pass(1);
    const { later, refused, amiss } = answers(closed);
    assert.deepEqual([later, amiss], [[], undefined]);
    assert.match(
      refused.get(0) ?? "",
      /400: index_closed_exception: closed: check index.* after 15 minutes$/,
    );
    assert.match(patience.problems.join(), /closed.*: replay them then$/);
    // What comes for it later holds nobody up any more, and gets through once it is mended.
    assert.deepEqual([...answers(closed, good, closed).refused.keys()], [0, 2]);
    assert.deepEqual(answers(good, good), { later: [], refused: new Map() });
    pass(60);
    assert.deepEqual(patience.problems, []);
    assert.deepEqual(answers(good, closed).later, [1], "an hour later it is held as at first");
  });

  it("are held for good where the server takes no others", () => {
    const { pass, answers } = server();
    for (let hour = 0; hour < 30; hour++) {
      assert.throws(() => answers(closed, closed), Fatal);
      pass(60);
    }
  });

  it("are held for each reason by itself", () => {
    const { pass, answers } = server();
    answers(good, closed);
    pass(14);
    answers(good, closed, blocked);
    pass(2);
    const { later, refused, amiss } = answers(closed, blocked);
    assert.deepEqual([later, [...refused.keys()]], [[1], [0]]);
    assert.match(amiss ?? "", /403: .*blocked: take the block off the index$/);
    pass(14);
    assert.deepEqual([...answers(blocked).refused.keys()], [0]);
  });

  it("are never given up for a full disk", () => {
    const { pass, answers } = server();
    for (let hour = 0; hour < 30; hour++) {
      assert.deepEqual(answers(good, full), { later: [1], refused: new Map() });
      pass(60);
    }
  });
});
