import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lineMeant } from "../../src/webview/log/line-meant.ts";
import { rowOf } from "./log-rows.ts";

describe("the line that a time is written from", () => {
  const feed = { count: 10, row: rowOf };
  const nothing = { choice: undefined, top: () => undefined };
  const scrolled = { ...nothing, top: () => ({ place: 4 }) };

  it("is the one that is chosen, in sight or not", () => {
    assert.equal(lineMeant({ ...scrolled, choice: rowOf(2) }, feed)?.time, 2);
  });

  it("is the first in sight where none is chosen", () => {
    assert.equal(lineMeant(scrolled, feed)?.time, 4);
  });

  it("is the last while the newest are followed", () => {
    assert.equal(lineMeant(nothing, feed)?.time, 9);
  });

  it("is the last that has come while newer ones are on their way", () => {
    const row = (place: number) => (place < 7 ? rowOf(place) : undefined);
    assert.equal(lineMeant(nothing, { count: 10, row })?.time, 6);
  });

  it("is none where there are no lines", () => {
    assert.equal(lineMeant(nothing, { count: 0, row: () => undefined }), undefined);
  });
});
