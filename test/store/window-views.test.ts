import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { UserError } from "../../src/errors.ts";
import { openSegments } from "../../src/store/segments.ts";
import type { FacetsFound } from "../../src/store/window-facets.ts";
import type { TrendFound } from "../../src/store/window-trend.ts";
import { createViews, type Told } from "../../src/store/window-views.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { accessRecords, recordOf } from "./records.ts";

const PATIENCE = { timeout: 30_000, every: 5 };

/** Views on a store of 20,000 records, and what each was told. */
async function started(t: TestContext, changed?: (view: number) => boolean) {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), {
    maxBytes: 2 ** 30,
    maxAge: Number.POSITIVE_INFINITY,
  });
  for (let from = 0; from < 20_000; from += 2000) await store.write(accessRecords(2000, { from }));
  const told: { view: number; told: Told }[] = [];
  const facets: { view: number; found: FacetsFound }[] = [];
  const trends: { view: number; field: string; found: TrendFound }[] = [];
  const views = createViews({
    tell: (view, what) => told.push({ view, told: what }),
    fail: assert.fail,
    ...(changed && { changed }),
    facets: (view, found) => facets.push({ view, found }),
    trend: (view, field, found) => trends.push({ view, field, found }),
  });
  t.after(() => {
    views.close();
    store.close();
  });
  const last = (view: number) => told.findLast((one) => one.view === view)?.told;
  const ended = (view: number, count: number) =>
    until(() => last(view)?.done && last(view)?.count === count, {
      ...PATIENCE,
      what: `${count} in view ${view}`,
    });
  return { dataDir, store, views, told, facets, trends, last, ended };
}

describe("views of a store", () => {
  it("hear of what comes, each of what fits its search", async (t) => {
    const { dataDir, store, views, ended } = await started(t);
    views.search(1, dataDir, { query: "" }, 50);
    views.search(2, dataDir, { query: "level:error" }, 50);
    await ended(1, 20_000);
    await ended(2, 400);
    await store.write(accessRecords(1000, { from: 20_000 }));
    await ended(1, 21_000);
    await ended(2, 420);
  });

  it("tell what is found at the end, or after a while, and answer no sooner", async (t) => {
    const { dataDir, views, told, ended } = await started(t);
    const began = performance.now();
    views.search(1, dataDir, { query: "items" }, 50);
    const { turns, window } = views.view(1);
    await turns.turn();
    const [first] = told;
    assert.ok(first, "it was told before");
    assert.ok(first.told.done || performance.now() - began >= 40);
    assert.equal(first.told.count, window.figures().count);
    views.search(1, dataDir, { query: "level:error" }, 50);
    const replaced = views.view(1).turns.turn();
    views.search(1, dataDir, { query: "" }, 50);
    const closed = views.view(1).turns.told();
    await replaced;
    await ended(1, 20_000);
    await closed;
  });

  it("are told anew when something else that is told with a search has changed, unless they are paused", async (t) => {
    const changes = new Set<number>();
    const { dataDir, views, told, ended } = await started(t, (view) => changes.delete(view));
    const times = (view: number) => told.filter((one) => one.view === view).length;
    views.search(1, dataDir, { query: "" }, 50);
    views.search(2, dataDir, { query: "" }, 50);
    await ended(1, 20_000);
    await ended(2, 20_000);
    views.setLive(2, false);
    const before = [times(1), times(2)] as const;

    changes.add(1).add(2);
    await until(() => times(1) === before[0] + 1, PATIENCE);

    assert.equal(times(2), before[1]);
    views.setLive(2, true);
    await until(() => times(2) === before[1] + 1, PATIENCE);
    assert.equal(times(1), before[0] + 1);
  });

  it("hear nothing while they are paused, and all of it afterwards", async (t) => {
    const { dataDir, store, views, told, ended } = await started(t);
    views.search(1, dataDir, { query: "" }, 50);
    views.search(2, dataDir, { query: "" }, 50);
    await ended(1, 20_000);
    await ended(2, 20_000);
    views.setLive(1, false);
    const before = told.filter(({ view }) => view === 1).length;
    await store.write(accessRecords(1000, { from: 20_000 }));
    await ended(2, 21_000);
    assert.equal(told.filter(({ view }) => view === 1).length, before);
    views.setLive(1, true);
    await ended(1, 21_000);
  });

  it("keep the lines of one that is paused, whatever comes and is asked for beside it", async (t) => {
    const { dataDir, store, views, ended } = await started(t);
    // Too few for a block: they wait, and become one with what comes.
    await store.write(accessRecords(100, { from: 20_000 }));
    views.search(1, dataDir, { query: "" }, 50);
    views.search(2, dataDir, { query: "" }, 50);
    await ended(1, 20_100);
    views.setLive(1, false);
    const { window } = views.view(1);
    const keys = () => window.rows(20_000, 200).map(({ key }) => key);
    const before = keys();
    assert.equal(before.length, 100);
    await store.write(accessRecords(1000, { from: 20_100 }));
    await ended(2, 21_100);
    const last = before.at(-1);
    assert.ok(last);
    assert.ok(views.view(1).record(last));
    assert.deepEqual(keys(), before);
    assert.equal(window.rank(last), 20_099);
  });

  it("hear of the last that came, also when another has taken note of it first", async (t) => {
    const { dataDir, store, views, ended } = await started(t);
    views.search(1, dataDir, { query: "" }, 50);
    views.search(2, dataDir, { query: "" }, 50);
    await ended(1, 20_000);
    await ended(2, 20_000);
    views.setLive(1, false);
    await store.write(accessRecords(10, { from: 20_000 }));
    await ended(2, 20_010);
    await store.write(accessRecords(10, { from: 20_010 }));
    views.setLive(1, true);
    await ended(1, 20_020);
    await ended(2, 20_020);
  });

  it("give up a search for the next one, and keep it when the next one is refused", async (t) => {
    const { dataDir, views, told, last, ended } = await started(t);
    views.search(1, dataDir, { query: "nothere" }, 50);
    views.search(1, dataDir, { query: "status:404" }, 50);
    await ended(1, 1600);
    assert.ok(told.every(({ told: { version, count } }) => version > 0 && count <= 1600));
    assert.throws(() => views.search(1, dataDir, { query: "level:eror" }, 50), UserError);
    assert.equal(views.view(1).window.figures().count, last(1)?.count);
  });

  it("are told when an expression runs away, and go on with the next search", async (t) => {
    const { dataDir, store } = await started(t);
    const raw = `${"a".repeat(60)}c`;
    await store.write([recordOf({ raw, offset: 1_000_000_000, time: 1_700_000_000_000 })]);
    const failed: string[] = [];
    const told: Told[] = [];
    const beside: Told[] = [];
    const views = createViews({
      tell: (view, what) => (view === 1 ? told : beside).push(what),
      fail: (_view, reason) => failed.push(reason),
      facets: () => assert.fail(),
      trend: () => undefined,
    });
    t.after(() => views.close());
    views.search(1, dataDir, { query: "/^(a+)+b/" }, 50);
    await until(() => failed.length > 0, { ...PATIENCE, what: "the refusal" });
    assert.match(failed[0] ?? "", /takes too long over a line.*\(column 1\)\n/);
    // Once, whatever comes.
    views.search(2, dataDir, { query: "" }, 50);
    for (let count = 20_001; count <= 20_003; count++) {
      await until(() => beside.at(-1)?.done && beside.at(-1)?.count === count, {
        ...PATIENCE,
        what: "a line",
      });
      await store.write(accessRecords(1, { from: 300 * count }));
    }
    views.setLive(1, false);
    views.setLive(1, true);
    views.setTrend(1, "status");
    assert.equal(failed.length, 1);
    views.search(1, dataDir, { query: "/^a+c$/" }, 50);
    await until(() => told.at(-1)?.done && told.at(-1)?.count === 1, { ...PATIENCE, what: "the line" });
  });

  it("have their facets counted when they want them, also of what comes and of the next search", async (t) => {
    const { dataDir, store, views, facets, ended } = await started(t);
    const counted = (count: number) =>
      until(() => facets.at(-1)?.found.done && facets.at(-1)?.found.counted === count, {
        ...PATIENCE,
        what: `facets of ${count}`,
      });
    views.search(1, dataDir, { query: "" }, 50);
    await ended(1, 20_000);
    assert.equal(facets.length, 0);
    views.setFacets(1, true);
    await counted(20_000);
    await store.write(accessRecords(1000, { from: 20_000 }));
    await counted(21_000);
    views.search(1, dataDir, { query: "level:error" }, 50);
    await counted(420);
    views.setFacets(1, false);
    const before = facets.length;
    await store.write(accessRecords(1000, { from: 21_000 }));
    await ended(1, 440);
    assert.equal(facets.length, before);
  });

  it("have a record by its key, also where their search leaves it out, until the store has it no longer", async (t) => {
    const { dataDir, store, views, last, ended } = await started(t);
    views.search(1, dataDir, { query: "status:404" }, 50);
    await ended(1, 1600);
    const [found] = views.view(1).window.rows(1000, 1);
    assert.ok(found);
    const { key } = found;
    assert.ok((last(1)?.oldest ?? Number.NaN) < key[0]);
    const record = views.view(1).record(key);
    assert.equal(record?.status, 404);
    views.search(1, dataDir, { query: "-status:404", since: (record?.time ?? 0) + 1 }, 50);
    assert.deepEqual(views.view(1).record(key), record);
    assert.equal(views.view(1).record([key[0], key[1], key[2], key[3] + 1]), undefined);
    // What is written meanwhile is still told of.
    await store.write(accessRecords(1000, { from: 20_000 }));
    views.search(1, dataDir, { query: "" }, 50);
    await ended(1, 21_000);
    await store.write(accessRecords(1000, { from: 21_000 }));
    assert.deepEqual(views.view(1).record(key), record);
    await ended(1, 22_000);
  });

  it("have a field counted over time when they want one, with its facets or without", async (t) => {
    const { dataDir, store, views, facets, trends, ended } = await started(t);
    const counted = (field: string, count: number) =>
      until(
        () => {
          const last = trends.at(-1);
          return last?.field === field && last.found.done && last.found.overall?.count === count;
        },
        { ...PATIENCE, what: `${field} of ${count}` },
      );
    views.search(1, dataDir, { query: "" }, 50);
    await ended(1, 20_000);
    views.setTrend(1, "request_time");
    await counted("request_time", 20_000);
    views.setFacets(1, true);
    views.setTrend(1, "bytes_sent");
    await counted("bytes_sent", 20_000);
    await store.write(accessRecords(1000, { from: 20_000 }));
    await counted("bytes_sent", 21_000);
    views.search(1, dataDir, { query: "level:error" }, 50);
    await counted("bytes_sent", 420);
    await until(() => facets.at(-1)?.found.counted === 420, { ...PATIENCE, what: "the facets" });
    views.setTrend(1, undefined);
    const before = trends.length;
    await store.write(accessRecords(1000, { from: 21_000 }));
    await ended(1, 440);
    await until(() => facets.at(-1)?.found.counted === 440, { ...PATIENCE, what: "the facets" });
    assert.equal(trends.length, before);
  });

  it("end for good", async (t) => {
    const { dataDir, views } = await started(t);
    views.search(1, dataDir, { query: "" }, 50);
    views.end(1);
    assert.throws(() => views.view(1), UserError);
  });
});
