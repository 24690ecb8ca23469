import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import type { Fields, FieldValue, LogRecord } from "../../src/model.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type WindowSearch } from "../../src/store/window.ts";
import { createFacets, type Facet } from "../../src/store/window-facets.ts";
import { openShelf, type Shelf } from "../../src/store/window-parts.ts";
import { termFor, toggled } from "../../src/webview/log/facet-term.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";

const START = 1_700_000_000_000;

/** A store that holds these records, in several segments, blocks, and rows that wait for one. */
async function shelfOf(t: TestContext, records: readonly LogRecord[], segmentBytes = 60_000): Promise<Shelf> {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), {
    maxBytes: 2 ** 30,
    maxAge: Number.POSITIVE_INFINITY,
    segmentBytes,
  });
  for (let from = 0; from < records.length; from += 300) await store.write(records.slice(from, from + 300));
  const shelf = openShelf(dataDir);
  t.after(() => {
    shelf.close();
    store.close();
  });
  return shelf;
}

const searched = (shelf: Shelf, search: WindowSearch) => {
  const window = createWindow(shelf, search);
  while (window.work(50));
  return window;
};

function facetsOf(shelf: Shelf, search: WindowSearch, most?: { hits: number; parts: number }) {
  const facets = createFacets(shelf, searched(shelf, search), most);
  while (facets.work(50));
  return facets.found();
}

const countOf = (shelf: Shelf, search: WindowSearch) => searched(shelf, search).figures().count;

/** What a query compares, of one record: name and value. */
function valuesOf({ origin, fields, level }: LogRecord): [name: string, value: string][] {
  const found: [string, string][] = [
    ["source", origin.source],
    ["file", origin.file],
  ];
  if (level) found.push(["level", level]);
  const add = (name: string, value: FieldValue, depth: number): void => {
    if (value === null) return;
    if (typeof value === "object" && !Array.isArray(value)) {
      if (depth === 0 && name.includes(".")) return;
      for (const [key, inner] of Object.entries(value))
        if (/^[^.\r\n]*$/.test(key) && !Object.hasOwn(fields, `${name}.${key}`))
          add(`${name}.${key}`, inner, depth + 1);
      return;
    }
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    const common = ["source", "file", "level", "message", "raw", "error", "time"].includes(name);
    found.push([common || name.startsWith("fields.") ? `fields.${name}` : name, text]);
  };
  for (const [name, value] of Object.entries(fields)) if (/^[^\r\n]+$/.test(name)) add(name, value, 0);
  return found;
}

/** Counts by name and value, case of A to Z aside. */
function bruteForce(records: readonly LogRecord[]): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const record of records) {
    for (const [name, value] of valuesOf(record)) {
      const its = counts.get(name) ?? new Map<string, number>();
      counts.set(name, its);
      const folded = value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      its.set(folded, (its.get(folded) ?? 0) + 1);
    }
  }
  return counts;
}

const topOf = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].sort((a, b) => b - a).slice(0, 10);
const fieldNamed = (fields: readonly Facet[], name: string) => {
  const found = fields.find((field) => field.name === name);
  assert.ok(found, `${name} in ${fields.map((field) => field.name).join()}`);
  return found;
};

describe("facets", () => {
  it("are what a count of all records gives, and each value selects just these", async (t) => {
    const text = fc.oneof(
      fc.constantFrom("GET", "get", "", "a b", 'say "so"', "back\\slash", "x*", "(a OR b)", "über", "-1"),
      fc.string({ maxLength: 8 }),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const value: fc.Arbitrary<FieldValue> = fc.oneof(
      text,
      fc.constantFrom(0, 1, 200, -7, 0.25, 1e21, true, false, null),
      fc.array(fc.nat(3), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("in", "two words", "a.b"), fc.constantFrom("p", "Q", 4, null), {
        maxKeys: 2,
      }),
    );
    const name = fc.oneof(
      fc.constantFrom("method", "user id", "a.b", "error", "level", "fields.x", "o", "o.in", "http"),
      fc.string({ minLength: 1, maxLength: 5 }),
    );
    const fields: fc.Arbitrary<Fields> = fc
      .dictionary(name, value, { maxKeys: 4 })
      .map((made) => ({ ...made }));
    const logs = fc.array(fc.record({ fields, times: fc.integer({ min: 1, max: 500 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(logs, async (made) => {
        const records = made.flatMap(({ fields, times }, file) =>
          Array.from({ length: times }, (_, i) =>
            recordOf({
              origin: originOf(file % 2 === 0 ? "a" : "B", `/f${file}`, `key${file}`),
              offset: i,
              time: START + i,
              level: i % 3 === 0 ? undefined : i % 3 === 1 ? "info" : "error",
              // Some rows of each file have other fields.
              fields: i % 7 === 0 ? { ...fields, only: i % 14 } : fields,
            }),
          ),
        );
        const shelf = await shelfOf(t, records);
        const { counted, hits, done, fields: found, others } = facetsOf(shelf, { query: "" });
        assert.deepEqual([counted, hits, done, others], [records.length, records.length, true, 0]);
        const wanted = bruteForce(records);
        assert.deepEqual(new Set(found.map((field) => field.name)), new Set(wanted.keys()));
        for (const facet of found) {
          const counts = wanted.get(facet.name) ?? new Map<string, number>();
          assert.ok(facet.exact);
          assert.equal(facet.distinct, counts.size);
          assert.deepEqual(
            facet.values.map(({ count }) => count),
            topOf(counts),
          );
          for (const { text, count } of facet.values.slice(0, 3)) {
            // A query is one line: there it takes any character.
            if (/[\r\n]/.test(text)) continue;
            const term = termFor(facet.name, text);
            assert.equal(countOf(shelf, { query: toggled("", term, false) }), count, term);
            assert.equal(countOf(shelf, { query: toggled("", term, true) }), records.length - count, term);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it("are of the hits alone, and follow what a search leaves out", async (t) => {
    const shelf = await shelfOf(t, accessRecords(6000), 2 ** 28);
    const { counted, hits, fields } = facetsOf(shelf, { query: "status:404", until: START + 3000 });
    assert.deepEqual([counted, hits], [240, 240]);
    assert.deepEqual(
      fieldNamed(fields, "status").values.map(({ text, count }) => [text, count]),
      [["404", 240]],
    );
    assert.equal(fieldNamed(fields, "path").distinct, 97);
    assert.deepEqual(
      fields.slice(0, 4).map(({ name }) => name),
      ["level", "source", "file", "status"],
    );
  });

  it("have quantiles within one part in a hundred, and the very least and most", async (t) => {
    const records = accessRecords(5000).map((record, i) => ({
      ...record,
      fields: { took: ((i * 7919) % 5000) ** 1.7 / 10 - 3000, text: `${i}`, big: i * 1e12 },
    }));
    const shelf = await shelfOf(t, records, 2 ** 28);
    const { fields } = facetsOf(shelf, { query: "" });
    const sorted = records.map(({ fields: { took } }) => took).sort((a, b) => a - b);
    const { numbers } = fieldNamed(fields, "took");
    assert.deepEqual([numbers?.min, numbers?.max, numbers?.count], [sorted[0], sorted[4999], 5000]);
    for (const [q, found] of [
      [0.5, numbers?.p50],
      [0.9, numbers?.p90],
      [0.95, numbers?.p95],
      [0.99, numbers?.p99],
    ] as const) {
      const exact = sorted[Math.floor(q * 4999)] ?? Number.NaN;
      assert.ok(
        Math.abs((found ?? Number.NaN) - exact) <= Math.abs(exact) * 0.0101,
        `${q}: ${found}, not ${exact}`,
      );
    }
    // A text that is a number is one to a query too.
    assert.equal(fieldNamed(fields, "text").numbers?.max, 4999);
    // Beyond what is told apart, it says nothing rather than something wrong.
    assert.deepEqual(fieldNamed(fields, "big").numbers, { count: 5000, min: 0, max: 4999e12 });
  });

  it("keep the frequent values of a field that has very many, and say that there are more", async (t) => {
    const records = accessRecords(20_000).map((record, i) => ({
      ...record,
      fields: { id: i % 4 === 0 ? "often" : i % 10 === 1 ? "sometimes" : `id ${i}`, long: "x".repeat(300) },
    }));
    const shelf = await shelfOf(t, records, 2 ** 28);
    const { fields } = facetsOf(shelf, { query: "" });
    const id = fieldNamed(fields, "id");
    assert.ok(id.more);
    assert.deepEqual(id.values.slice(0, 2), [
      { text: "often", count: 5000, missed: 0 },
      { text: "sometimes", count: 2000, missed: 0 },
    ]);
    for (const { count, missed } of id.values.slice(2)) assert.ok(count >= 1 && count + missed >= 1);
    const long = fieldNamed(fields, "long");
    assert.deepEqual([long.records, long.long, long.values.length], [20_000, 20_000, 0]);
  });

  it("are a sample of very many hits, which says how large it is", async (t) => {
    const shelf = await shelfOf(t, accessRecords(30_000), 2 ** 28);
    const { counted, hits, done, fields } = facetsOf(shelf, { query: "" }, { hits: 9000, parts: 1000 });
    assert.ok(done);
    assert.equal(hits, 30_000);
    assert.ok(counted > 0 && counted < 20_000, String(counted));
    const { values, records } = fieldNamed(fields, "status");
    assert.equal(records, counted);
    for (const { text, count } of values) {
      const share = { "200": 0.9, "404": 0.08, "500": 0.02 }[text] ?? 0;
      assert.ok(Math.abs(count / counted - share) < 0.01, `${text}: ${count} of ${counted}`);
    }
  });

  it("count what comes, and begin anew when something is dropped", async (t) => {
    const dataDir = tempFolder(t);
    const options = { maxBytes: 2_000_000, maxAge: Number.POSITIVE_INFINITY, segmentBytes: 400_000 };
    const store = openSegments(join(dataDir, "store"), options);
    const shelf = openShelf(dataDir);
    const window = createWindow(shelf, { query: "" });
    const facets = createFacets(shelf, window);
    for (let from = 0, size = 100; from < 40_000; from += size, size = size === 100 ? 5000 : 100) {
      // What does not pack fills segments fast.
      const records = accessRecords(size, { from });
      await store.write(records.map((record) => ({ ...record, raw: randomBytes(50).toString("hex") })));
      window.refresh();
      while (window.work(50));
      while (facets.work(50));
      const { counted, hits, fields } = facets.found();
      assert.deepEqual([counted, hits], [store.figures().records, store.figures().records]);
      const statuses = fieldNamed(fields, "status").values.reduce((sum, { count }) => sum + count, 0);
      assert.equal(statuses, counted);
    }
    assert.ok(store.figures().records < 40_000);
    shelf.close();
    store.close();
  });
});
