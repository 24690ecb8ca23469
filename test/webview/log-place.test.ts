import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Anchor,
  anchorAt,
  movedBy,
  placesInSight,
  scaled,
  scrolledHeight,
  shareOf,
} from "../../src/webview/log/place.ts";
import { visible } from "../../src/webview/log/visible.ts";

const extent = fc.record({
  count: fc.integer({ min: 100, max: 20_000_000 }),
  rowHeight: fc.integer({ min: 12, max: 40 }),
  height: fc.integer({ min: 100, max: 1200 }),
});

describe("a place in the list", () => {
  it("is at the share that stands for it", () => {
    fc.assert(
      fc.property(extent, fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
        assert.ok(Math.abs(shareOf(anchorAt(share, of), of) - share) < 1e-6);
      }),
    );
  });

  it("has the first row at the top and the last one at the bottom", () => {
    fc.assert(
      fc.property(extent, (of) => {
        const end = anchorAt(1, of);
        assert.deepEqual(
          [anchorAt(0, of), end],
          [
            { place: 0, y: 0 },
            { place: of.count, y: of.height },
          ],
        );
        assert.equal(placesInSight(end, of)[1], of.count);
        assert.ok(scrolledHeight(of) <= 8_000_000);
        assert.equal(scaled(of), of.count * of.rowHeight > 8_000_000);
      }),
    );
  });

  it("moves by pixels, also where a pixel of the scroll bar is many rows", () => {
    fc.assert(
      fc.property(extent, fc.integer({ min: -500, max: 500 }), (of, pixels) => {
        const top = ({ place, y }: Anchor) => place * of.rowHeight - y;
        const before = anchorAt(0.5, of);
        const moved = top(movedBy(before, pixels, of)) - top(before);
        const room = (of.count * of.rowHeight - of.height) / 2;
        assert.ok(Math.abs(moved - Math.max(-room, Math.min(room, pixels))) < 1);
      }),
    );
  });
});

describe("visible text", () => {
  it("hides nothing, and leaves the rest alone", () => {
    assert.equal(visible("a\u001b[31m\u0000\u202e\r\nb\tü 你好"), "a␛[31m␀‹202E›␍⏎ b\tü 你好");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.doesNotMatch(
          visible(text),
          /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });
});
