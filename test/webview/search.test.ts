import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseQuery } from "../../src/store/language.ts";
import { fieldName, quoted, targetOf } from "../../src/webview/search.ts";
import { seriesOf, sourceSeries } from "./series.ts";

const FROM = 1_700_000_000;
const lines = [1, 1, 1, 1];
/** Times in lines that were written when they were read, half a second before. */
const fresh = sourceSeries({
  lines,
  first: lines.map((_, i) => (FROM + i * 10) * 1000 - 500),
  last: lines.map((_, i) => (FROM + i * 10 + 9) * 1000),
});
/** Those of a log of another year that was read then. */
const old = sourceSeries({ lines, first: [1e12, null, null, null], last: [1e12 + 5000, null, null, null] });

describe("the lines behind a chart", () => {
  const series = seriesOf({ fresh, old }, { from: FROM, step: 10 });

  it("are those whose own times were read within the span", () => {
    const span = { from: FROM + 10, until: FROM + 20 };
    assert.deepEqual(targetOf({ source: "fresh" }, { series, span }).range, {
      kind: "between",
      since: (FROM + 10) * 1000 - 500,
      until: (FROM + 19) * 1000 + 1,
    });
  });

  it("are of another time when an old log was read", () => {
    const span = { from: FROM, until: FROM + 40 };
    assert.deepEqual(targetOf({ source: "old" }, { series, span, live: 40 }).range, {
      kind: "between",
      since: 1e12,
      until: 1e12 + 5001,
    });
  });

  it("go on while they come, with what was clicked", () => {
    const span = { from: FROM, until: FROM + 40 };
    assert.deepEqual(targetOf({ source: "fresh", levels: ["error"] }, { series, span, live: 900 }), {
      source: "fresh",
      levels: ["error"],
      range: { kind: "last", seconds: 900 },
    });
    assert.deepEqual(targetOf({}, { series: undefined, span, live: 300 }), {
      range: { kind: "last", seconds: 300 },
    });
  });

  it("are named in a query as what they are, whatever a log calls its fields and values", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (name, value) => {
        const filter = parseQuery(`${fieldName(name)}:${quoted(value)}`);
        assert.ok(filter.kind === "term" && filter.term.kind === "field");
        assert.equal(filter.term.field, name);
        assert.deepEqual(filter.term.value, { parts: [value], wildcards: [], quoted: true });
      }),
    );
  });
});
