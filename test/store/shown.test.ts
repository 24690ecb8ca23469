import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Fields } from "../../src/model.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createShown, fieldNames } from "../../src/store/shown.ts";
import { createWindow } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

/** A window on records that have these fields. */
async function windowOf(t: TestContext, all: readonly Fields[]) {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), {
    maxBytes: 2 ** 30,
    maxAge: Number.POSITIVE_INFINITY,
  });
  const origin = originOf("app", "/app.log", "key");
  await store.write(all.map((fields, i) => recordOf({ origin, offset: i, time: 1000 + i, fields })));
  const shelf = openShelf(dataDir);
  t.after(() => {
    shelf.close();
    store.close();
  });
  const window = createWindow(shelf, { query: "" });
  while (window.work(50));
  return window;
}

describe("the fields that a list shows", () => {
  it("are cut, found in objects, and left out where a record lacks them", async (t) => {
    const long = "x".repeat(50);
    const window = await windowOf(t, [
      { a: long, b: { c: [1, 2], d: null } },
      { "b.c": false, a: 0 },
    ]);
    const shown = createShown(["a", "b.c", "b.d", "__proto__", "e"], 10);
    assert.deepEqual(
      window.rows(0, 2).map(({ rows, at }) => shown(rows, at)),
      [
        [
          ["a", `${"x".repeat(10)}…`],
          ["b.c", "[1,2]"],
        ],
        [
          ["a", "0"],
          ["b.c", "false"],
        ],
      ],
    );
  });

  it("are offered by name, the most frequent first, from all over the log", async (t) => {
    const all = Array.from({ length: 5000 }, (_, i): Fields => {
      const late: Fields = i > 4900 ? { late: 1 } : {};
      return { user: { name: "a" }, ...(i % 2 === 0 && { even: i }), ...late };
    });
    const window = await windowOf(t, all);
    assert.deepEqual(fieldNames(window, 10, 100), ["user.name", "even", "late"]);
    assert.deepEqual(fieldNames(window, 1, 100), ["user.name"]);
    assert.deepEqual(fieldNames(await windowOf(t, []), 10, 100), []);
  });

  it("are not offered by a name that is too long to be asked for", async (t) => {
    const window = await windowOf(t, [
      { ["n".repeat(101)]: 1, a: { ["n".repeat(99)]: 2 }, ["n".repeat(100)]: 3 },
    ]);
    assert.deepEqual(fieldNames(window, 10, 100), ["n".repeat(100)]);
  });
});
