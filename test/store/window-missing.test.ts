import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { LogRecord } from "../../src/model.ts";
import { createQueryWatchdog } from "../../src/store/expression.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type WindowSearch } from "../../src/store/window.ts";
import { createMissing } from "../../src/store/window-missing.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { createViews, type Told } from "../../src/store/window-views.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { accessRecords, BEGAN, originOf, recordOf } from "./records.ts";

const END = BEGAN + 5000;
const later = (fields: LogRecord["fields"], offset = 0) =>
  recordOf({ origin: originOf("app", "/var/log/app.log"), time: END, offset, fields });

/** 5,000 requests in five blocks, and what is looked for and missed in them. */
async function stored(t: TestContext, more: readonly LogRecord[] = []) {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY });
  for (let from = 0; from < 5000; from += 1000) await store.write(accessRecords(1000, { from }));
  if (more.length > 0) await store.write([...more]);
  const shelf = openShelf(dataDir);
  t.after(() => {
    shelf.close();
    store.close();
  });
  const search = (query: string, within: Omit<WindowSearch, "query"> = {}) => {
    const window = createWindow(shelf, { query, ...within });
    const missing = createMissing(shelf, window, createQueryWatchdog());
    const look = () => {
      while (window.work(20));
      while (missing.work(0));
      return missing.fields;
    };
    return { window, look };
  };
  return {
    dataDir,
    store,
    shelf,
    search,
    missed: (...asked: Parameters<typeof search>) => search(...asked).look(),
  };
}

describe("fields that a query asks for in vain", () => {
  it("are those that no record has, with the one that may be meant and the query that asks for it", async (t) => {
    const { missed } = await stored(t);
    assert.deepEqual(missed("statsu:404"), [{ name: "statsu", near: "status", query: "status:404" }]);
    assert.deepEqual(missed("GET AND -(zebra:*) metod:/^PUT/ AND NOT metod:x"), [
      { name: "zebra" },
      {
        name: "metod",
        near: "method",
        query: "GET AND -(zebra:*) method:/^PUT/ AND NOT method:x",
      },
    ]);
    // The name stands once for both.
    assert.deepEqual(missed("statsu:(404 OR 500)"), [{ name: "statsu", near: "status" }]);
    assert.deepEqual(missed('"a \\"b\\"":1'), [{ name: 'a "b"' }]);
  });

  it("are none where the field occurs, though without what was asked for", async (t) => {
    const { missed } = await stored(t);
    for (const query of [
      "method:PUT",
      "nowhere",
      "status:999",
      "request_time:>4000",
      "level:fatal message:x",
    ])
      assert.deepEqual(missed(query), [], query);
  });

  it("are none where there is no record at all: another range, or what comes, is what helps", async (t) => {
    const { missed } = await stored(t);
    assert.deepEqual(missed("zebra:1", { since: END + 1 }), []);
    assert.deepEqual(missed("zebra:1", { after: { at: END } }), []);
  });

  it("go with no query that would be refused, nor with a guess at a name of few letters", async (t) => {
    const { missed } = await stored(t, [later({ uidd: 1 })]);
    for (const [query, near] of [
      ["levels:err*", "level"],
      ["levell:foo", "level"],
      ["times:/a/", "time"],
      ["statsu:>=abc", "status"],
    ] as const)
      assert.deepEqual(
        missed(query).map(({ name: _, ...told }) => told),
        [{ near }],
        query,
      );
    assert.deepEqual(missed("ip:1"), [{ name: "ip" }]);
    assert.deepEqual(missed("uid:1"), [{ name: "uid", near: "uidd", query: "uidd:1" }]);
    assert.deepEqual(missed("fields.statsu:1"), [{ name: "fields.statsu" }]);
  });

  it("are the first few of many, and none that is too long to be looked for", async (t) => {
    const { missed } = await stored(t);
    const many = Array.from({ length: 200 }, (_, i) => `nothing${i}:1`).join(" ");
    assert.equal(missed(many).length, 3);
    assert.deepEqual(missed(`${"n".repeat(9_997)}:1`), []);
  });

  it("are none where something is found", async (t) => {
    const { missed } = await stored(t);
    assert.deepEqual(missed("-statsu:404"), []);
  });

  it("are not those that one record has, deep in an object", async (t) => {
    const ordinary = Array.from({ length: 200 }, (_, i) => later({ a: { b: { c: 1 } } }, i));
    const { missed } = await stored(t, [...ordinary, later({ a: { b: { c: 1, d: { e: { f: 2 } } } } }, 200)]);
    assert.deepEqual(missed("a.b.d.e.f:3"), []);
    assert.deepEqual(missed("a.b.d.e.g:3"), [{ name: "a.b.d.e.g" }]);
  });

  it("are looked for within range and sources, whatever the levels", async (t) => {
    const { missed } = await stored(t, [
      { ...later({ method: "GET" }), time: END - 1000 },
      later({ method: "GET", only: 1 }, 1),
    ]);
    const [only, method] = ["only:2", "method:PUT"];
    assert.deepEqual(missed(only), []);
    // Also of a block that has it, beyond the range.
    assert.deepEqual(missed(only, { until: END }), [{ name: "only" }]);
    assert.deepEqual(missed(only, { sources: ["access"] }), [{ name: "only" }]);
    assert.deepEqual(missed(method, { levels: ["fatal"] }), []);
  });

  it("are told as long as none has come", async (t) => {
    const { store, shelf, search } = await stored(t);
    const { window, look } = search("only:2");
    assert.deepEqual(look(), [{ name: "only" }]);
    const come = async (record: LogRecord) => {
      await store.write([record]);
      assert.ok(shelf.changed());
      window.refresh();
    };
    await come(later({ other: 1 }));
    assert.deepEqual(look(), [{ name: "only" }]);
    await come(later({ only: 1 }, 1));
    assert.deepEqual(look(), []);
    await come(later({ only: 2 }, 2));
    assert.deepEqual(look(), []);
  });

  it("are told with what a view finds, and no more once lines fit", async (t) => {
    const { dataDir, store } = await stored(t);
    let told: Told | undefined;
    const views = createViews({
      tell: (_, what) => {
        told = what;
      },
      fail: assert.fail,
      facets: () => {},
      trend: () => {},
    });
    t.after(() => views.close());
    views.search(1, dataDir, { query: "only:1" }, 50);
    await until(() => told?.done && told.missing.length === 1, { what: "the field to be missed" });
    assert.deepEqual([told?.count, told?.missing], [0, [{ name: "only" }]]);
    // Asked again of less, it is missing from the beginning on.
    told = undefined;
    views.search(1, dataDir, { query: "only:1", since: BEGAN + 1 }, 50);
    const first = await until(() => told);
    assert.deepEqual(first.missing, [{ name: "only" }]);
    await store.write([later({ only: 1 })]);
    await until(() => told?.count === 1 && told.missing.length === 0, { what: "the line to be found" });
  });
});
