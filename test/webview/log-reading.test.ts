import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Key, RowsAnswer } from "../../src/protocol/log-view.ts";
import { createLogFeed } from "../../src/webview/log/feed.ts";
import type { Kept } from "../../src/webview/log/place.ts";
import { createReading } from "../../src/webview/log/reading.ts";
import { until } from "../helpers/until.ts";
import { progressOf, rowOf } from "./log-rows.ts";

/** Rows that are in sight. */
const HEIGHT = 20;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * A view of a search for numbers, its list as high as HEIGHT rows. As the query thread does, the one that finds them
 * tells what is new before it answers; what either end says arrives later, in order.
 */
function viewOf(numbers: readonly number[], start?: Kept) {
  let all = [...numbers].sort((a, b) => a - b);
  let [version, search, changed, done, pending] = [0, 1, 0, true, 0];
  let [place, followed] = [0, true];
  /** What was seen at the top, draw by draw. */
  const seen: (number | undefined)[] = [];
  const failures: unknown[] = [];

  const later = (act: () => void): void => {
    pending++;
    setImmediate(() => {
      pending--;
      act();
    });
  };
  const tell = (): void => {
    if (changed === Number.POSITIVE_INFINITY) return;
    const notice = progressOf(all.length, { search, version: ++version, done, changedFrom: changed });
    changed = Number.POSITIVE_INFINITY;
    later(() => reading.progress(notice));
  };
  const answer = (request: { search: number; from: unknown; count: number }): RowsAnswer => {
    tell();
    const { from, count } = request as { from: number | { key: Key; before: number }; count: number };
    const at = typeof from === "number" ? from : all.filter((one) => one < from.key[0]).length;
    const first = typeof from === "number" ? from : Math.max(0, at - from.before);
    const rows = all.slice(first, first + count).map(rowOf);
    return { search: request.search, version, from: first, at, rows };
  };
  const feed = createLogFeed({
    fetch: (request) =>
      new Promise((resolve) => {
        later(() => {
          const rows = answer(request);
          later(() => resolve(rows));
        });
      }),
    changed: () => reading.draw(),
    fail: (error) => failures.push(error),
  });
  const draw = (): void => {
    const end = Math.max(0, feed.count - HEIGHT);
    place = followed ? end : Math.min(place, end);
    feed.want(place, place + HEIGHT);
    seen.push(feed.row(place)?.time);
  };
  const list = {
    draw,
    top() {
      const key = followed ? undefined : feed.row(place)?.key;
      return key && { key, place };
    },
    kept() {
      const top = list.top();
      return top && { key: top.key, y: 0 };
    },
    put: (to: number) => list.show(to),
    shift(places: number) {
      place += places;
      draw();
    },
    show(to: number) {
      [place, followed] = [to, false];
      draw();
    },
  };
  const reading = createReading(
    { feed, list: () => list, changed: () => undefined, fail: (error) => failures.push(error) },
    start,
  );
  const change = (next: readonly number[], from: number): void => {
    all = [...new Set(next)].sort((a, b) => a - b);
    changed = Math.min(changed, all.filter((one) => one < from).length);
  };
  reading.begin(search, undefined);
  tell();
  return {
    reading,
    seen,
    failures,
    tell,
    get count() {
      return feed.count;
    },
    get top() {
      return list.top()?.key[0];
    },
    scroll(to: number) {
      place = to;
      followed = to + HEIGHT >= feed.count;
      draw();
      reading.moved(followed);
    },
    /** More is found; it is not told yet. */
    find: (more: readonly number[], finished = true) => {
      done = finished;
      if (more.length > 0) change([...all, ...more], Math.min(...more));
    },
    /** All below this number are dropped. */
    drop: (below: number) =>
      change(
        all.filter((one) => one >= below),
        0,
      ),
    /** @param meanwhile what the reader does before what was asked for begins */
    begin(next: readonly number[], finished = true, meanwhile = () => {}) {
      const top = reading.kept();
      meanwhile();
      [version, changed, done] = [0, 0, finished];
      all = [...next];
      reading.begin(++search, top);
      tell();
    },
    /** All that was said has arrived. */
    async quiet() {
      await turn();
      await until(() => pending === 0, { every: 1, what: "the answers" });
      await turn();
    },
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("what is read in a log view", () => {
  it("stays where it is while older lines are found, however often that is told", async () => {
    const view = viewOf(range(10_000, 12_000));
    await view.quiet();
    view.scroll(1000);
    await view.quiet();
    assert.equal(view.top, 11_000);
    view.seen.length = 0;
    for (let batch = 0; batch < 20; batch++) {
      view.find(range(9000 - batch * 300, 9300 - batch * 300), false);
      view.tell();
      if (batch % 3 === 0) await turn();
      // Found by the time that the place is asked for: it is told before the answer.
      view.find(range(2000 + batch * 10, 2010 + batch * 10), false);
      if (batch % 4 === 0) await view.quiet();
    }
    await view.quiet();
    assert.equal(view.top, 11_000);
    assert.deepEqual([...new Set(view.seen)], [11_000]);
    assert.deepEqual(view.failures, []);
  });

  it("is the same record in the end, whatever is found and dropped, with so many after it", async () => {
    const step = fc.oneof(
      fc.record({ find: fc.array(fc.integer({ min: 1001, max: 3000 }), { maxLength: 80 }) }),
      fc.record({ drop: fc.integer({ min: 0, max: 1200 }) }),
      fc.record({ turns: fc.nat(4) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const view = viewOf(range(1200, 1700));
        await view.quiet();
        view.scroll(250);
        await view.quiet();
        const all = new Set(range(1200, 1700));
        const { top } = view;
        for (const one of steps) {
          if ("find" in one) {
            for (const number of one.find) all.add(number);
            view.find(one.find);
            view.tell();
          } else if ("drop" in one) {
            for (const number of all) if (number < one.drop) all.delete(number);
            view.drop(one.drop);
            view.tell();
          } else for (let i = 0; i < one.turns; i++) await turn();
        }
        await view.quiet();
        assert.equal(view.top, top);
        assert.equal(view.reading.fresh, [...all].filter((one) => one > 1699).length);
        assert.deepEqual(view.failures, []);
      }),
      { numRuns: 100 },
    );
  });

  it("is the oldest record that is left when it was dropped itself, also with most of the others", async () => {
    const view = viewOf(range(1000, 1500));
    await view.quiet();
    view.scroll(400);
    await view.quiet();
    assert.equal(view.top, 1400);
    view.drop(1440);
    view.tell();
    await view.quiet();
    assert.deepEqual([view.count, view.top], [60, 1440]);
    assert.equal(view.reading.following, false);
    assert.equal(view.reading.fresh, 0);
    assert.deepEqual(view.failures, []);
  });

  it("is where the reader goes meanwhile", async () => {
    const view = viewOf(range(10_000, 12_000));
    await view.quiet();
    view.scroll(1000);
    await view.quiet();
    view.find(range(5000, 5500));
    view.tell();
    await turn();
    view.scroll(200);
    await view.quiet();
    const { top } = view;
    assert.ok(top !== undefined);
    view.find(range(4000, 4500));
    view.tell();
    await view.quiet();
    assert.equal(view.top, top);
  });

  it("is where the reader goes before another search begins", async () => {
    const view = viewOf(range(1000, 2000));
    await view.quiet();
    view.scroll(500);
    await view.quiet();
    view.begin(range(1200, 2000), true, () => view.scroll(570));
    await view.quiet();
    assert.deepEqual([view.top, view.reading.following], [1570, false]);
    view.begin(range(1300, 2000), true, () => view.scroll(view.count - HEIGHT));
    await view.quiet();
    assert.deepEqual([view.top, view.reading.following], [undefined, true]);
    assert.deepEqual(view.failures, []);
  });

  it("counts on from where it was when the view was hidden", async () => {
    const view = viewOf(range(1000, 2000));
    await view.quiet();
    view.scroll(100);
    view.find(range(2000, 2010));
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 10);

    const again = viewOf(range(1000, 2300), view.reading.kept());
    await again.quiet();

    assert.equal(again.top, 1100);
    assert.equal(again.reading.fresh, 300);
    again.begin(range(1000, 2300));
    await again.quiet();
    again.find(range(2300, 2305));
    again.tell();
    await again.quiet();
    assert.equal(again.reading.fresh, 5);
  });

  it("counts what comes before lines that are dated ahead of it, and not those", async () => {
    const now = Date.now();
    const ahead = [now + 31_536_000_000, now + 31_536_000_001];
    const view = viewOf([...range(now - 1000, now - 500), ...ahead]);
    await view.quiet();
    view.scroll(100);
    await view.quiet();
    assert.equal(view.reading.fresh, 0);
    view.find(range(now, now + 10));
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 10);
    view.find([...range(now + 10, now + 15), now + 31_536_000_002]);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 16);
    const later = [...range(now - 1000, now - 500), ...range(now, now + 20), ...ahead];

    const again = viewOf(later, view.reading.kept());
    await again.quiet();

    assert.equal(again.reading.fresh, 20);
    assert.deepEqual([...view.failures, ...again.failures], []);
  });

  it("counts what comes where all lines are dated ahead", async () => {
    const from = Date.now() + 86_400_000;
    const view = viewOf(range(from, from + 500));
    await view.quiet();
    view.scroll(100);
    await view.quiet();
    view.find(range(from + 500, from + 510));
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 10);
  });

  it("counts what comes after the last line that there was, and not what is older", async () => {
    const view = viewOf(range(1000, 2000));
    await view.quiet();
    assert.equal(view.reading.fresh, 0);
    view.find([], false);
    view.scroll(100);
    await view.quiet();
    view.find(range(0, 500), false);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 0);
    view.find(range(2000, 2030));
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 30);
    view.drop(1090);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 30);
    // Also where the line itself was dropped.
    view.drop(2010);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 20);
    view.scroll(view.count - HEIGHT);
    assert.equal(view.reading.following, true);
    assert.equal(view.reading.fresh, 0);
  });

  it("counts nothing of another search as new before that has ended", async () => {
    const view = viewOf(range(1000, 2000));
    await view.quiet();
    view.scroll(500);
    await view.quiet();
    view.begin(range(1500, 2000), false);
    await view.quiet();
    assert.equal(view.top, 1500);
    view.find(range(2000, 2600), false);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 0);
    view.find(range(500, 900), true);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 0);
    assert.equal(view.top, 1500);
    view.find([2600, 2601]);
    view.tell();
    await view.quiet();
    assert.equal(view.reading.fresh, 2);
  });
});
