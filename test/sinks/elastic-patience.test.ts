import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Fatal, reasonOf } from "../../src/errors.ts";
import { type BulkVerdict, readBulk } from "../../src/sinks/elastic-answer.ts";
import { createPatience } from "../../src/sinks/elastic-patience.ts";
import { elasticsearchSink } from "../../src/sinks/elasticsearch.ts";
import { startReceiver } from "../helpers/receiver.ts";
import { accessRecord } from "../helpers/records.ts";
import { failureOf, openSink } from "../helpers/sinks.ts";

const MINUTE = 60_000;
const place = "Elasticsearch at http://127.0.0.1:9200";

interface Document {
  readonly status: number;
  readonly error?: object;
  /** Where it was to go; "old" when left out. */
  readonly index?: string;
}

/** A server that answers for its documents one by one, and a clock that is set by hand. */
function server() {
  let now = 0;
  const patience = createPatience(() => now);
  const answers = (...documents: readonly Document[]): BulkVerdict => {
    const text = JSON.stringify({ errors: true, items: documents.map((create) => ({ create })) });
    const indexOf = (at: number): string => documents[at]?.index ?? "old";
    return readBulk({ status: 200, text, headers: {} }, documents.length, place, patience, indexOf);
  };
  const pass = (minutes: number): void => {
    now += minutes * MINUTE;
  };
  /** Tries once a minute, and each time all of it is held. */
  const held = (minutes: number, ...documents: readonly Document[]): void => {
    for (let minute = 0; minute < minutes; minute++) {
      try {
        assert.equal(answers(...documents).later.length, documents.length);
      } catch (error) {
        if (!(error instanceof Fatal)) throw error;
      }
      pass(1);
    }
  };
  return { patience, pass, answers, held };
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
    const { pass, answers, held } = server();
    answers(good, closed);
    held(14, closed);
    answers(good, closed, blocked);
    pass(2);
    const { later, refused, amiss } = answers(closed, blocked);
    assert.deepEqual([later, [...refused.keys()]], [[1], [0]]);
    assert.match(amiss ?? "", /403: .*blocked: take the block off the index$/);
    held(13, blocked);
    pass(1);
    assert.deepEqual([...answers(blocked).refused.keys()], [0]);
  });

  it("are never given up for a full disk", () => {
    const { pass, answers } = server();
    for (let hour = 0; hour < 30; hour++) {
      assert.deepEqual(answers(good, full), { later: [1], refused: new Map() });
      pass(60);
    }
  });

  it("are held for the whole time again after it was over, and nothing is told that was not given up", () => {
    const { patience, pass, answers, held } = server();
    answers(good, closed);
    for (let minute = 0; minute < 30; minute++) {
      pass(1);
      answers(good, good);
      assert.deepEqual(patience.problems, []);
    }
    assert.deepEqual(answers(good, closed).later, [1], "not at once, for what was half an hour ago");
    held(15, closed);
    assert.deepEqual([...answers(closed).refused.keys()], [0]);
    assert.equal(patience.problems.length, 1);
    pass(14);
    assert.equal(patience.problems.length, 1);
    pass(1);
    assert.deepEqual(patience.problems, [], "none came for a quarter of an hour");
  });

  it("are held in vain behind others no longer than those", () => {
    const { answers, held } = server();
    answers(good, closed, { ...blocked, index: "b" });
    held(15, closed);
    assert.deepEqual([...answers(closed, { ...blocked, index: "b" }).refused.keys()], [0, 1]);
  });

  it("are given up too where they are whole writes of a busy log, and other logs were taken just before", () => {
    for (const given of [closed, blocked]) {
      const { pass, answers, held } = server();
      const busy = { ...given, index: "busy" };
      answers({ ...good, index: "other" }, { ...good, index: "busy" });
      pass(0.5);
      held(15, busy, busy);
      assert.deepEqual([...answers(busy, busy).refused.keys()], [0, 1]);
    }
  });

  it("are held for good where nothing but their own index was taken before, or it may be about all", () => {
    const denied = { status: 403, error: { type: "security_exception", reason: "no right" } };
    const all = { status: 403, error: { type: "cluster_block_exception", reason: "blocked by: [x]" } };
    const disk = {
      status: 403,
      error: {
        type: "cluster_block_exception",
        reason: "index [old] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];",
      },
    };
    for (const [before, given] of [
      ["old", closed],
      ["other", denied],
      ["other", all],
      ["other", disk],
    ] as const) {
      const { pass, answers, held } = server();
      answers({ ...good, index: before });
      pass(0.5);
      held(60, given, given);
    }
  });

  it("are held for the same reason while only its counts change", () => {
    const { pass, answers } = server();
    const shards = (open: number): Document => ({
      status: 400,
      error: { type: "x", reason: `would add [2] shards, but has [${open}]/[1000] maximum shards open` },
    });
    answers(good, shards(999));
    for (let minute = 0; minute < 15; minute++) {
      assert.deepEqual(answers(good, shards(980 + minute)).later, [1]);
      pass(1);
    }
    const { refused } = answers(shards(1000));
    assert.match(refused.get(0) ?? "", /\[1000\]\/\[1000\]/);
  });
});

describe("a fault of a part of a write", () => {
  const said = async (t: TestContext, ...writes: readonly (readonly Document[])[]): Promise<string[]> => {
    const waiting = [...writes];
    const { url } = await startReceiver(t, () => {
      const items = (waiting.shift() ?? []).map((create) => ({ create }));
      return { status: 200, text: JSON.stringify({ errors: true, items }) };
    });
    const sink = await openSink(t, elasticsearchSink, { url });
    const messages: string[] = [];
    for (const { length } of writes) {
      const records = Array.from({ length }, (_, offset) => accessRecord({ offset }));
      messages.push(reasonOf(await failureOf(sink, records)));
    }
    return messages;
  };

  it("is said in the same words however many records it is of, so that it is told once", async (t) => {
    const amiss = await said(t, [good, closed], [good, closed, closed, good], [closed]);
    assert.equal(new Set(amiss).size, 1, amiss.join("\n"));
    assert.match(amiss[0] ?? "", /answered 400: index_closed_exception: closed: check index and pipeline$/);
    const noRoom = await said(t, [good, full], [full, full, full]);
    assert.equal(new Set(noRoom).size, 1, noRoom.join("\n"));
  });
});
