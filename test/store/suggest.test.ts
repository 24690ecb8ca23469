import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { placeAt } from "../../src/store/completion.ts";
import { createQueryWatchdog } from "../../src/store/expression.ts";
import { compileQuery } from "../../src/store/query.ts";
import { rowsOf } from "../../src/store/rows.ts";
import { openSegments } from "../../src/store/segments.ts";
import { suggest } from "../../src/store/suggest.ts";
import type { WindowSearch } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { nameWritten, valueWritten } from "../../src/store/written.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";

/** Forty blocks of few records: requests of two sources, and one with fields that are hard to write. */
async function stored(t: TestContext) {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY });
  const records = Array.from({ length: 300 }, (_, i) =>
    recordOf({
      origin: originOf(i % 3 === 0 ? "app" : "access", "/var/log/a.log", `key${i % 3}`),
      offset: i * 100,
      time: 1_700_000_000_000 + i * 1000,
      raw: `line ${i}`,
      level: i % 10 === 0 ? "error" : "info",
      fields: {
        status: i % 10 === 0 ? 500 : 200,
        path: i % 2 === 0 ? "/api/items" : "/login page",
        user: { name: `u${i % 5}`, "odd key": "x" },
        source: "own",
      },
    }),
  );
  for (let i = 0; i < 3; i++) await store.write(records.filter((_, n) => n % 3 === i));
  const shelf = openShelf(dataDir);
  t.after(() => {
    shelf.close();
    store.close();
  });
  const watchdog = createQueryWatchdog();
  return (query: string, search: Omit<WindowSearch, "query"> = {}) => {
    const at = query.indexOf("|");
    const text = query.replace("|", "");
    const { from, until, options, sampled } = suggest(
      { shelf, search, watchdog, budget: 60_000 },
      text,
      at < 0 ? text.length : at,
    );
    assert.equal(sampled, undefined);
    const written = (one: string): string => text.slice(0, from) + one + text.slice(until);
    return {
      labels: options.map(({ label }) => label),
      counts: options.map(({ count }) => count),
      written: options.map(({ text: one }) => written(one)),
    };
  };
}

describe("suggestions for a query", () => {
  it("name the fields that every record has and those that occur, also within objects", async (t) => {
    const asked = await stored(t);
    const all = asked("").labels;
    for (const name of ["time", "level", "source", "file", "message", "id", "path", "user", "user.name"])
      assert.ok(all.includes(name), name);
    assert.deepEqual(asked("level:error AND pa").written, ["level:error AND path:"]);
    assert.deepEqual(asked("user.").written, ["user.name:", '"user.odd key":']);
    assert.deepEqual(asked("-(sta|tus:200)").written, ["-(status:200)"]);
    assert.deepEqual(asked("so").written, ["source:", "fields.source:"]);
    assert.deepEqual(asked('"no such').written, []);
  });

  it("offer operators where one may stand", async (t) => {
    const asked = await stored(t);
    assert.deepEqual(asked("a A").labels, ["AND"]);
    assert.deepEqual(asked("(a) O").labels, ["OR"]);
    assert.deepEqual(asked("N").labels, ["NOT"]);
    assert.deepEqual(asked("A").labels, []);
  });

  it("give the values of a field in what the rest of the query finds, the most frequent first", async (t) => {
    const asked = await stored(t);
    assert.deepEqual(asked("path:"), {
      labels: ["/api/items", "/login page"],
      counts: [150, 150],
      written: ["path:/api/items", 'path:"/login page"'],
    });
    assert.deepEqual(asked("level:error path:").counts, [30]);
    assert.deepEqual(asked("path:/LO").written, ['path:"/login page"']);
    assert.deepEqual(asked('path:"/login p').written, ['path:"/login page"']);
    assert.deepEqual(asked("level:error OR path:").counts, [150, 150]);
    assert.deepEqual(asked("(level:error AND -path:|").written, ["(level:error AND -path:/api/items"]);
    assert.deepEqual(asked("(source:app path:/api|) x").labels, []);
    assert.deepEqual(asked("status:").labels, ["200", "500", ">=", ">", "<=", "<"]);
    assert.deepEqual(asked("level:>=w").written, ["level:>=warn"]);
    assert.deepEqual(asked("source:").counts, [200, 100]);
    assert.deepEqual(asked("fields.source:").counts, [300]);
    assert.deepEqual(asked("user.name:u1").counts, [60]);
    assert.deepEqual(asked("status:", { levels: ["error"] }).counts.slice(0, 1), [30]);
    assert.deepEqual(
      asked("status:", { sources: ["app"], until: 1_700_000_010_000 }).counts.slice(0, 2),
      [3, 1],
    );
  });

  it("say of how many records their counts are when there was no time for all", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2 ** 30,
      maxAge: Number.POSITIVE_INFINITY,
    });
    await store.write(accessRecords(5000));
    const shelf = openShelf(dataDir);
    t.after(() => {
      shelf.close();
      store.close();
    });
    const { sampled } = suggest(
      { shelf, search: {}, watchdog: createQueryWatchdog(), budget: 0 },
      "status:",
      7,
    );
    assert.ok(sampled !== undefined && sampled < 5000);
  });

  it("find nothing where nothing can be known", async (t) => {
    const asked = await stored(t);
    for (const query of ["status:[1 TO ", "path:/a*", "nothing:", "status:>=2", "time:2024"])
      assert.deepEqual(asked(query).labels, [], query);
  });

  it("can be asked for at any place of any text", () => {
    const text = fc.string({
      unit: fc.constantFrom(..."ab:*?\"'\\()[]{}<>=- /\n", "AND", " OR ", "path:", "é"),
    });
    fc.assert(
      fc.property(text, fc.nat(40), (query, nat) => {
        const at = Math.min(nat, query.length);
        const { from, until, rest } = placeAt(query, at);
        assert.ok(
          from >= 0 && from <= at && until >= at && until <= query.length,
          JSON.stringify([from, until]),
        );
        compileQuery(rest);
      }),
      { numRuns: 3000 },
    );
  });

  it("are written so that they are read as what they are, whatever a log holds", () => {
    const text = fc.oneof(
      fc.string({
        unit: fc.constantFrom(..."ab1:*?\"'\\()[]{}<>=-/ .\n\r\t", "AND", "\u202e", "é", "😀"),
        minLength: 1,
      }),
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({ unit: fc.constantFrom("é", "😀", "\n", "//", "x y"), minLength: 150, maxLength: 400 }),
      fc.constantFrom(
        "//host/a",
        "/expr/",
        "/expr/i",
        "/a\n/",
        "AND",
        "-",
        ">=5",
        "[1 TO 2]",
        "007",
        "1e3",
        "__proto__",
      ),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(text, text.map(String), (value, name) => {
        const written = nameWritten(name);
        if (written === undefined) return;
        // As objects of parsed lines are made: a name may be that of the prototype.
        const fields = Object.fromEntries([[name, value]]);
        const rows = rowsOf([recordOf({ raw: "", fields })], 0);
        const query = `${written}:${valueWritten(String(value))}`;
        assert.ok(!/[\r\n]/.test(query));
        assert.equal(compileQuery(query)(rows, 0, { source: "s", path: "/f" }), true, query);
        assert.equal(compileQuery(`(-${query} )`)(rows, 0, { source: "s", path: "/f" }), false, query);
      }),
      { numRuns: 5000 },
    );
  });
});
