import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { faultOf, type Span, spanOf, widened } from "../../src/webview/span.ts";

const NOW = 1_700_000_000.4;
const moment = fc.double({ min: 1_690_000_000, max: 1_700_100_000, noNaN: true });

describe("a span of time", () => {
  it("is whole seconds in the past, wide enough to have figures, whichever way it was drawn", () => {
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const span = spanOf(one, other, NOW);
        assert.deepEqual(span, spanOf(other, one, NOW));
        if (!span) return;
        assert.ok(Number.isSafeInteger(span.from) && Number.isSafeInteger(span.until));
        assert.ok(span.until <= NOW && span.until - span.from >= 5 && span.until - span.from <= 30 * 86_400);
      }),
    );
    assert.deepEqual(spanOf(NOW - 100, NOW - 40.2, NOW), { from: 1_699_999_900, until: 1_699_999_961 });
    assert.equal(spanOf(NOW + 50, NOW + 90, NOW), undefined, "nothing is known of the future");
    assert.equal(spanOf(Number.NaN, NOW, NOW), undefined);
  });

  it("is refused, when it is written, where it would not be shown as it is", () => {
    const now = Math.floor(NOW);
    assert.equal(faultOf({ from: now - 60, until: now + 1 }, NOW), "future");
    assert.equal(faultOf({ from: now + 60, until: now - 60 }, NOW), "future");
    assert.equal(faultOf({ from: now - 31 * 86_400, until: now }, NOW), "long");
    assert.equal(faultOf({ from: now - 60, until: now }, NOW), undefined);
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 40 * 86_400 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        (width, end) => {
          const span = { from: now + end - width, until: now + end };
          const kept = JSON.stringify(spanOf(span.from, span.until, NOW)) === JSON.stringify(span);
          assert.equal(faultOf(span, NOW) === undefined, kept);
        },
      ),
    );
  });

  it("holds what it held when it is widened, until it ends now and goes on", () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 5, max: 86_400 }), (from, width) => {
        let shown: Span | undefined = spanOf(from, from + width, NOW);
        for (let steps = 0; shown && steps < 12; steps++) {
          const wider = widened(shown, NOW);
          const { from, until }: Span =
            "between" in wider
              ? wider.between
              : { from: Math.floor(NOW) - wider.range, until: Math.floor(NOW) };
          const far = until - from >= 7 * 86_400;
          assert.ok(far || (from <= shown.from && until >= shown.until), JSON.stringify([shown, wider]));
          shown = "between" in wider ? wider.between : undefined;
          if (until - from >= 30 * 86_400) break;
        }
      }),
    );
    assert.deepEqual(widened({ from: 1_699_999_700, until: 1_700_000_000 }, NOW), { range: 900 });
  });
});
