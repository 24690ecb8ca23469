import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createWanted } from "../../src/webview/log/wanted.ts";

describe("where a log view was put", () => {
  it("goes with the rows, and is wanted until its reader does anything", () => {
    for (const type of ["keydown", "pointerdown", "wheel"]) {
      const reader = new EventTarget();
      const wanted = createWanted(reader);
      wanted.shift(3);
      assert.equal(wanted.at, undefined);
      wanted.at = { place: 7, y: -12 };
      wanted.shift(3);
      reader.dispatchEvent(new Event("pointermove"));
      assert.deepEqual(wanted.at, { place: 10, y: -12 });
      reader.dispatchEvent(new Event(type));
      assert.equal(wanted.at, undefined);
    }
  });
});
