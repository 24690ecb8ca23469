import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Refusal, sift } from "../../src/engine/sift.ts";
import { Partly, Rejected, RetryLater } from "../../src/errors.ts";
import type { LogRecord } from "../../src/model.ts";
import { accessRecord } from "../helpers/records.ts";

const record = (message: string, at: number): LogRecord =>
  accessRecord({ message, raw: message, offset: at });
const named = (records: readonly LogRecord[]): string[] => records.map(({ message }) => message);

/** Sifts records at a destination that refuses any write with a `bad` one, or of more than `limit`. */
async function run(messages: readonly string[], limit = Number.POSITIVE_INFINITY) {
  const taken: string[] = [];
  const refused: Refusal[] = [];
  let writes = 0;
  let settled = 0;
  const state = await sift(
    messages.map(record),
    async (records) => {
      writes++;
      const sent = records.length;
      if (sent > limit) return { sent, rejected: new Rejected("413", { tooLarge: true }) };
      if (records.some(({ message }) => message.startsWith("bad")))
        return { sent, rejected: new Rejected("400") };
      taken.push(...named(records));
      return { sent, state: { taken: taken.length } };
    },
    (count, some) => {
      settled += count + some.length;
      refused.push(...some);
      assert.equal(settled, taken.length + refused.length);
    },
  );
  return { taken, refused, writes, state };
}

describe("sift", () => {
  it("takes one write when nothing is refused", async () => {
    const { taken, writes, state } = await run(["a", "b", "c"]);
    assert.deepEqual(taken, ["a", "b", "c"]);
    assert.equal(writes, 1);
    assert.deepEqual(state, { taken: 3 });
  });

  it("S1: sends again what was left out of a write, and keeps what was refused with its reason", async () => {
    const taken: string[] = [];
    const refused: Refusal[] = [];
    let settled = 0;
    let writes = 0;
    await sift(
      ["a", "late1", "bad1", "b", "late2", "bad2"].map(record),
      async (records) => {
        const sent = records.length;
        const late = (message: string): boolean => message.startsWith("late") && writes < 2;
        const bad = (message: string): boolean => message.startsWith("bad");
        writes++;
        const places = (which: (message: string) => boolean): number[] =>
          records.flatMap(({ message }, at) => (which(message) ? [at] : []));
        const later = places(late);
        const reasons = new Map(places(bad).map((at) => [at, `no ${records[at]?.message}`]));
        taken.push(...named(records.filter(({ message }) => !late(message) && !bad(message))));
        if (later.length === 0 && reasons.size === 0) return { sent };
        return { sent, partly: new Partly("busy", { later, refused: reasons }) };
      },
      (count, some) => {
        settled += count + some.length;
        refused.push(...some);
      },
    );
    assert.deepEqual(taken, ["a", "b", "late1", "late2"]);
    assert.deepEqual(
      refused.map(({ record, reason }) => `${record.message}: ${reason}`),
      ["bad1: no bad1", "bad2: no bad2"],
    );
    assert.equal(settled, 6);
  });

  it("goes no deeper, however often a destination takes nothing for the moment", async () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 500;
    const depths: number[] = [];
    try {
      await sift(
        ["a", "b"].map(record),
        async (records) => {
          depths.push(new Error("how deep").stack?.split("\n").length ?? 0);
          const sent = records.length;
          if (depths.length > 100) return { sent };
          const later = records.map((_, at) => at);
          return { sent, partly: new Partly("busy", { later, refused: new Map() }) };
        },
        () => {},
      );
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    assert.equal(depths.length, 101);
    assert.equal(depths[100], depths[3]);
  });

  it("finds one bad record among a thousand in a few writes", async () => {
    for (const place of [0, 1, 499, 500, 998, 999]) {
      const messages = Array.from({ length: 1000 }, (_, at) => (at === place ? "bad" : `m${at}`));
      const { refused, taken, writes } = await run(messages);
      assert.deepEqual(
        refused.map(({ record: { offset } }) => offset),
        [place],
      );
      assert.equal(taken.length, 999);
      assert.ok(writes <= 22, `${writes} writes`);
    }
  });

  it("costs a write a record when all are refused, not two", async () => {
    const { refused, writes } = await run(Array.from({ length: 1000 }, (_, at) => `bad${at}`));
    assert.equal(refused.length, 1000);
    assert.ok(writes <= 1010, `${writes} writes`);
  });

  it("does not write again what was too large once", async () => {
    const { taken, writes } = await run(
      Array.from({ length: 1000 }, (_, at) => `m${at}`),
      100,
    );
    assert.equal(taken.length, 1000);
    assert.ok(writes <= 21, `${writes} writes`);
  });

  it("goes on behind the records that a destination names", async () => {
    const refused: Refusal[] = [];
    let taken = 0;
    let writes = 0;
    await sift(
      ["a", "bad", "c"].map(record),
      async () => {
        writes++;
        return { sent: 3, rejected: new Rejected("conflict", { indices: [1] }) };
      },
      (count, some) => {
        taken += count;
        refused.push(...some);
      },
    );
    assert.equal(writes, 1);
    assert.equal(taken, 2);
    assert.deepEqual(
      refused.map(({ record: { message }, reason }) => [message, reason]),
      [["bad", "conflict"]],
    );
  });

  it("goes on behind the part that was sent, when a destination is tried out", async () => {
    const taken: string[][] = [];
    const records = Array.from({ length: 10 }, (_, at) => record(`m${at}`, at));
    let probe = true;
    await sift(
      records,
      async (some) => {
        const sent = probe ? 3 : some.length;
        probe = false;
        taken.push(named(some.slice(0, sent)));
        return { sent };
      },
      () => {},
    );
    assert.deepEqual(taken, [named(records.slice(0, 3)), named(records.slice(3))]);
  });

  it("ends at an error that says nothing of the records", async () => {
    const busy = new RetryLater("busy");
    await assert.rejects(
      sift(["a"].map(record), () => Promise.reject(busy), assert.fail),
      busy,
    );
  });

  it("loses no good record, names each bad one, keeps the order and bounds the writes (property)", async () => {
    const messages = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 20 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 700 }), async (runs, limit) => {
        const all = runs.flatMap(([bad, length], run) =>
          Array.from({ length }, (_, at) => `${bad ? "bad" : "good"} ${run}.${at}`),
        );
        const { taken, refused, writes } = await run(all, limit);
        assert.deepEqual(
          taken,
          all.filter((message) => message.startsWith("good")),
        );
        assert.deepEqual(
          refused.map(({ record: { message } }) => message),
          all.filter((message) => message.startsWith("bad")),
        );
        const n = all.length;
        if (limit >= n) assert.ok(writes <= 1.5 * n + 2 * Math.log2(n + 1) + 1, `${writes} writes for ${n}`);
      }),
      { numRuns: 500 },
    );
  });
});
