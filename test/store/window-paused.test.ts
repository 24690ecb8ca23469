import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readRemoved } from "../../src/store/removed.ts";
import { recordOf as storedOf } from "../../src/store/runs.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createViews, type Told } from "../../src/store/window-views.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { accessRecords } from "./records.ts";

const PATIENCE = { timeout: 60_000, every: 5 };

describe("a view of a store that is paused", () => {
  it("loses what is dropped, is told of it, and gets nothing that came since", async (t) => {
    const dataDir = tempFolder(t);
    const folder = join(dataDir, "store");
    const limits = { maxBytes: 1_200_000, segmentBytes: 100_000, maxAge: Number.POSITIVE_INFINITY };
    const store = openSegments(folder, limits);
    const told: Told[] = [];
    let counted = 0;
    const views = createViews({
      tell: (_view, what) => told.push(what),
      fail: assert.fail,
      facets: (_view, { done, hits }) => {
        if (done) counted = hits;
      },
      trend: () => assert.fail(),
    });
    t.after(async () => {
      views.close();
      await store.close();
    });
    const removed = () => readRemoved(folder).records;
    let written = 0;
    const write = async (count: number) => {
      await store.write(accessRecords(count, { from: written }));
      written += count;
    };
    /** Until at least so many more are dropped. */
    const drop = async (more: number) => {
      for (const aim = removed() + more; removed() < aim; ) await write(200);
    };
    while (store.figures().bytes < 1_000_000) await write(200);
    assert.equal(removed(), 0);
    const had = written;
    views.search(1, dataDir, { query: "" }, 50);
    views.setFacets(1, true);
    await until(() => counted === had, { ...PATIENCE, what: "the facets" });
    views.setLive(1, false);
    const view = views.view(1);
    const { window } = view;
    const [first] = window.rows(0, 1);
    assert.ok(first);
    const { extent } = window;
    const numbers = (from: number, count: number) =>
      window.rows(from, count).map((found) => storedOf(found).offset / 190);
    /** What is left stands at its place, and nothing else anywhere. */
    const assertRows = () => {
      const gone = removed();
      assert.ok(gone > 0 && gone < had);
      for (let place = 0; place <= had; place += 100)
        assert.deepEqual(
          numbers(place, 20),
          Array.from({ length: 20 }, (_, i) => gone + place + i).filter((number) => number < had),
        );
      assert.equal(window.rank(first.key), 0);
    };
    told.length = 0;

    await drop(300);
    await until(() => told.at(-1)?.removed === removed(), { ...PATIENCE, what: "what was dropped" });

    const left = had - removed();
    assert.equal(told.at(-1)?.count, left);
    assert.equal(told.at(-1)?.total, left);
    assert.equal(told.at(-1)?.done, true);
    assert.equal(told.find(({ removed }) => removed > 0)?.changedFrom, 0);
    assert.equal(told.at(-1)?.oldest, 1_700_000_000_000 + removed());
    assert.equal(
      told.at(-1)?.levels.reduce((sum, count) => sum + count, 0),
      left,
    );
    assertRows();
    assert.equal(window.extent, extent);
    await until(() => counted === left, { ...PATIENCE, what: "the facets of what is left" });

    // Whoever asks for rows before it was told is told first.
    await drop(100);
    assert.equal(view.record(first.key), undefined);
    view.flush();
    assertRows();
    assert.equal(told.at(-1)?.count, had - removed());

    views.setLive(1, true);
    await until(() => told.at(-1)?.done && told.at(-1)?.count === written - removed(), {
      ...PATIENCE,
      what: "all that there is",
    });
    assert.deepEqual(numbers(0, 1), [removed()]);
    assert.deepEqual(numbers(written - removed() - 1, 10), [written - 1]);
  });
});
