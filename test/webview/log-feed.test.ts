import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RowsAnswer } from "../../src/protocol/log-view.ts";
import { createLogFeed } from "../../src/webview/log/feed.ts";
import { until } from "../helpers/until.ts";
import { progressOf, rowOf } from "./log-rows.ts";

/** A store of numbers: each is a record whose time and text it is. */
function storeOf(numbers: readonly number[]) {
  let all = [...numbers].sort((a, b) => a - b);
  let version = 1;
  let search = 1;
  let asked = 0;
  const failures: unknown[] = [];
  const feed = createLogFeed({
    async fetch({ from, count, ...request }): Promise<RowsAnswer> {
      asked++;
      const [now, of] = [version, [...all]];
      await new Promise((resolve) => setImmediate(resolve));
      if (request.search !== search) throw new Error("another search has begun since");
      const at = typeof from === "number" ? from : of.filter((one) => one < from.key[0]).length;
      const first = typeof from === "number" ? from : Math.max(0, at - from.before);
      return {
        search: request.search,
        version: now,
        from: first,
        at,
        rows: of.slice(first, first + count).map(rowOf),
      };
    },
    changed: () => undefined,
    fail: (error) => failures.push(error),
  });
  const tell = (changedFrom: number | null): void =>
    feed.progress(progressOf(all.length, { search, version, done: true, changedFrom }));
  return {
    feed,
    failures,
    get all() {
      return all;
    },
    get asked() {
      return asked;
    },
    begin(next: readonly number[] = all) {
      search++;
      version = 1;
      all = [...next].sort((a, b) => a - b);
      feed.begin(search);
      tell(0);
    },
    add(more: readonly number[]) {
      const lowest = Math.min(...more);
      all = [...all, ...more].sort((a, b) => a - b);
      version++;
      tell(all.indexOf(lowest));
    },
  };
}

const shown = ({ feed }: ReturnType<typeof storeOf>, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => feed.row(from + i)?.time);

describe("the feed of a log view", () => {
  it("ends with the rows that there are, whatever comes and is looked at meanwhile", async () => {
    const step = fc.oneof(
      fc.record({ add: fc.array(fc.nat(2000), { minLength: 1, maxLength: 200 }) }),
      fc.record({ look: fc.nat(900) }),
      fc.record({ begin: fc.array(fc.nat(2000), { maxLength: 400 }) }),
      fc.record({ wait: fc.constant(true) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(500), async (steps, last) => {
        const store = storeOf([1, 2, 3]);
        store.begin();
        for (const one of steps) {
          if ("add" in one) store.add(one.add);
          else if ("look" in one) store.feed.want(one.look, one.look + 40);
          else if ("begin" in one) store.begin(one.begin);
          else await new Promise((resolve) => setImmediate(resolve));
        }
        const from = Math.min(last, Math.max(0, store.all.length - 40));
        store.feed.want(from, from + 40);
        const wanted = store.all.slice(from, from + 40);
        const same = () =>
          JSON.stringify(shown(store, from, from + wanted.length)) === JSON.stringify(wanted);
        await until(same, { timeout: 10_000, every: 1, what: "the rows" });
        assert.equal(store.feed.count, store.all.length);
        assert.deepEqual(store.failures, []);
      }),
      { numRuns: 60 },
    );
  });

  it("asks for nothing twice, and shows what it had until the new is there", async () => {
    const store = storeOf(Array.from({ length: 1000 }, (_, i) => i * 10));
    store.begin();
    store.feed.want(900, 940);
    await until(() => store.feed.row(939) !== undefined, { what: "rows" });
    const { asked } = store;
    store.feed.want(905, 945);
    store.feed.want(900, 1000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(store.asked, asked);
    store.add([9_995, 10_001]);
    assert.equal(store.feed.row(950)?.time, 9500);
    store.add([5]);
    assert.equal(store.feed.row(950)?.time, 9500);
    await until(() => store.feed.row(950)?.time === 9490, { what: "the row that is there now" });
  });

  it("knows where a record is after others came before it", async () => {
    const store = storeOf([10, 20, 30]);
    store.begin();
    assert.equal(await store.feed.locate([20, 0, 1, 20]), 1);
    store.add([1, 2, 3]);
    assert.equal(await store.feed.locate([20, 0, 1, 20]), 4);
  });

  it("says which rows may be others by now, until they have come anew", async () => {
    const store = storeOf([1, 2, 3]);
    store.begin();
    store.feed.want(0, 3);
    await until(() => store.feed.row(0)?.time === 1, { every: 1, what: "the rows" });
    assert.equal(store.feed.isStale(0), false);
    store.begin([7, 8]);
    assert.deepEqual([store.feed.row(0)?.time, store.feed.isStale(0)], [1, true]);
    store.feed.want(0, 2);
    await until(() => !store.feed.isStale(0), { every: 1, what: "the other rows" });
    assert.equal(store.feed.row(0)?.time, 7);
  });
});
