import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FacetsTold, LogTarget, SearchRequest } from "../../src/protocol/log-view.ts";
import { Superseded } from "../../src/protocol/superseded.ts";
import { createCounting } from "../../src/webview/counting.ts";

const past = (since: number): LogTarget => ({ range: { kind: "between", since, until: since + 1000 } });
const live: LogTarget = { range: { kind: "last", seconds: 300 }, source: "app" };

function began() {
  let now = 1_000_000;
  let drawn = 0;
  const searches: SearchRequest[] = [];
  let outcome: Error | undefined;
  const counting = createCounting({
    search: (request) => {
      searches.push(request);
      return outcome ? Promise.reject(outcome) : Promise.resolve();
    },
    changed: () => drawn++,
    now: () => now,
  });
  const facets = (search = searches.at(-1)?.search ?? 0): FacetsTold => ({
    search,
    query: "",
    fields: [],
    others: 0,
    counted: 3,
    hits: 3,
    done: true,
  });
  return {
    counting,
    searches,
    facets,
    drawn: () => drawn,
    pass: (ms: number) => (now += ms),
    answer: (error: Error | undefined) => (outcome = error),
  };
}
const answered = () => new Promise((resolve) => setImmediate(resolve));

describe("the values of lines that are wanted", () => {
  it("are counted once for a span of the past, and anew where others are wanted", () => {
    const { counting, searches, pass, facets } = began();
    counting.want(past(5000));
    counting.told(facets());
    pass(3_600_000);
    counting.want(past(5000));
    assert.equal(searches.length, 1);
    counting.want(past(6000));
    assert.deepEqual(searches.at(-1), { search: 2, query: "", points: 1, since: 6000, until: 7000 });
    assert.equal(counting.facets?.search, 1, "until others are told of");
    counting.told({ ...facets(1), counted: 9 });
    assert.equal(counting.facets?.counted, 3, "what is told late of lines that are wanted no more");
    counting.told(facets(2));
    assert.equal(counting.facets?.search, 2);
  });

  it("are counted anew for another source", () => {
    const { counting, searches } = began();
    counting.want(live);
    counting.want({ ...live, source: "other" });
    assert.deepEqual(
      searches.map(({ sources }) => sources),
      [["app"], ["other"]],
    );
  });

  it("are counted anew for the last hours after a sixtieth of them", () => {
    const { counting, searches, pass } = began();
    const hours: LogTarget = { range: { kind: "last", seconds: 7_200 } };
    counting.want(hours);
    pass(119_000);
    counting.want(hours);
    assert.equal(searches.length, 1);
    pass(2_000);
    counting.want(hours);
    assert.equal(searches.length, 2);
  });

  it("are drawn when they are told, and when they can't be", async () => {
    const { counting, facets, drawn, answer } = began();
    counting.want(past(5000));
    counting.told(facets());
    assert.equal(drawn(), 1);
    counting.failed("it exited with code 1");
    assert.equal(drawn(), 2);
    answer(new Error("the engine has stopped"));
    counting.want(past(6000));
    await answered();
    assert.equal(drawn(), 3);
  });

  it("are waited for until they are all counted, or can't be, and are none of those that were wanted before", async () => {
    const { counting, facets } = began();
    const current = () => counting.current;
    let [counted, uncounted] = [false, false];
    counting.want(past(5000));
    counting.told(facets());
    counting.want(past(6000));
    assert.equal(current(), undefined);
    void counting.counted().then(() => {
      counted = true;
    });
    counting.told({ ...facets(), done: false });
    await answered();
    assert.deepEqual([counted, current()?.facets.done], [false, false]);
    counting.told(facets());
    await answered();
    assert.deepEqual([counted, current()?.askedAt], [true, 1_000_000]);
    await counting.counted();
    counting.want(past(7000));
    void counting.counted().then(() => {
      uncounted = true;
    });
    await answered();
    assert.equal(uncounted, false);
    counting.failed("the thread ended");
    await answered();
    assert.deepEqual([uncounted, current()], [true, undefined]);
  });

  it("are counted anew for the last minutes when these are others", () => {
    const { counting, searches, pass } = began();
    counting.want(live);
    pass(14_000);
    counting.want(live);
    assert.equal(searches.length, 1);
    pass(2_000);
    counting.want(live);
    assert.deepEqual(searches.at(-1), {
      search: 2,
      query: "",
      points: 1,
      since: 1_016_000 - 300_000,
      sources: ["app"],
    });
  });

  it("say why they can't be counted, and are when it is tried again", async () => {
    const { counting, searches, answer, facets, drawn } = began();
    counting.want(past(5000));
    counting.told(facets());
    answer(new Error("the engine has stopped"));
    counting.want(past(6000));
    assert.equal(counting.failure, undefined);
    await answered();
    // The values of other lines are not shown beside it.
    assert.deepEqual([counting.failure, counting.facets], ["the engine has stopped", undefined]);
    counting.want(past(6000));
    assert.equal(searches.length, 2);
    answer(undefined);
    const before = drawn();
    counting.again();
    assert.ok(drawn() > before);
    assert.equal(counting.failure, undefined);
    assert.deepEqual(searches.at(-1), { search: 3, query: "", points: 1, since: 6000, until: 7000 });
    counting.told(facets());
    assert.equal(counting.facets?.search, 3);
  });

  it("say why they are counted no further, with what was counted, until they are counted by themselves", () => {
    const { counting, facets, pass } = began();
    counting.want(live);
    counting.told({ ...facets(), done: false });
    counting.failed("it exited with code 1");
    assert.deepEqual([counting.failure, counting.facets?.search], ["it exited with code 1", 1]);
    pass(16_000);
    counting.want(live);
    assert.equal(counting.failure, "it exited with code 1", "it may fail once more");
    counting.want(past(5000));
    assert.equal(counting.failure, undefined, "others may not");
    counting.failed("it exited with code 1");
    counting.told(facets());
    assert.equal(counting.failure, undefined);
  });

  it("say nothing of a count that was given up for another", async () => {
    const { counting, answer, facets } = began();
    answer(new Error("too late"));
    counting.want(past(5000));
    answer(undefined);
    counting.want(past(6000));
    await answered();
    assert.equal(counting.failure, undefined);
    answer(new Superseded());
    counting.again();
    await answered();
    assert.equal(counting.failure, undefined);
    counting.told(facets());
    assert.equal(counting.facets?.search, 3);
  });
});
