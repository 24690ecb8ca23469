import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSavedQueries, savedQuery } from "../../src/protocol/saved-queries.ts";
import { filterOf, indexOf, sameAs, savedOf } from "../../src/webview/log/saved.ts";
import { type Filter, LEVEL_CHOICES } from "../../src/webview/log/state.ts";

const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
const filters: fc.Arbitrary<Filter> = fc.record({
  query: fc.string().map((text) => text.trim()),
  levels: optional(fc.subarray([...LEVEL_CHOICES], { minLength: 1 })),
  sources: optional(fc.array(fc.string(), { minLength: 1, maxLength: 3 })),
  range: fc.oneof(
    fc.constant({ kind: "all" as const }),
    fc.integer({ min: 1, max: 10_000_000 }).map((seconds) => ({ kind: "last" as const, seconds })),
    fc.record({ kind: fc.constant("between" as const), since: moment, until: moment }),
  ),
});

describe("saved queries", () => {
  it("are the search again that was saved, also by way of the settings", () => {
    fc.assert(
      fc.property(filters, optional(fc.constantFrom("es", "other")), (filter, index) => {
        const saved = savedQuery.parse(JSON.parse(JSON.stringify(savedOf(filter, index))));
        assert.equal(JSON.stringify(filterOf(saved)), JSON.stringify(filter));
        assert.equal(indexOf(saved), index);
        assert.equal(
          sameAs(filter, index, [
            { name: "other", query: "x y z 1" },
            { name: "it", query: saved },
          ])?.name,
          "it",
        );
      }),
    );
  });

  it("are as short as people would write them", () => {
    const filter = { query: " a ", levels: undefined, sources: undefined, range: { kind: "all" } } as const;
    const here = (more: Partial<Filter>) => savedOf({ ...filter, ...more }, undefined);
    assert.equal(here({}), "a");
    assert.deepEqual(here({ range: { kind: "last", seconds: 7200 } }), { query: "a", range: "2h" });
    assert.deepEqual(here({ query: "", levels: ["error"] }), { levels: ["error"] });
    assert.deepEqual(savedOf(filter, "es"), { query: "a", searchIn: "es" });
  });

  it("are others where they search elsewhere; what was saved before is of this computer", () => {
    const filter = filterOf("a");
    assert.equal(indexOf("a"), undefined);
    assert.equal(sameAs(filter, "es", [{ name: "here", query: "a" }]), undefined);
    assert.equal(
      sameAs(filter, undefined, [{ name: "there", query: { query: "a", searchIn: "es" } }]),
      undefined,
    );
  });

  it("are taken out of any setting, and what is none is left out", () => {
    const setting = {
      a: "level:error",
      b: { levels: ["loud"] },
      c: { range: "5 minutes" },
      d: { range: { since: "soon", until: "later" } },
      e: { query: "x", range: "5m" },
      f: 7,
      g: { query: "x", more: 1 },
    };
    assert.deepEqual(
      readSavedQueries(setting).map(({ name }) => name),
      ["a", "e"],
    );
    fc.assert(fc.property(fc.anything(), (value) => void readSavedQueries(value)));
  });
});
