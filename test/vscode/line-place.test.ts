import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mayRead, placeIn } from "../../src/vscode/line-place.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the address of some lines", () => {
  it("says what was written in it, and nothing where it is none of ours", () => {
    const place = { file: join(import.meta.dirname, "a.log"), offset: 7, line: 3 };
    for (const stood of [{}, { stood: "6f6e650a" }])
      assert.deepEqual(placeIn(JSON.stringify({ ...place, ...stood })), { ...place, ...stood });
    for (const wrong of [
      "",
      "{",
      "null",
      "7",
      "[]",
      JSON.stringify({ ...place, file: "a.log" }),
      JSON.stringify({ ...place, offset: -1 }),
      JSON.stringify({ ...place, offset: "7" }),
      JSON.stringify({ ...place, line: undefined }),
      JSON.stringify({ ...place, line: 1.5 }),
    ])
      assert.equal(placeIn(wrong), undefined, wrong);
    fc.assert(fc.property(fc.string(), (text) => assert.equal(placeIn(text), undefined)));
  });

  it("is read outside the workspace only where that is trusted", (t) => {
    const folder = tempFolder(t);
    const [inside, outside] = [join(folder, "in"), join(folder, "out")];
    mkdirSync(inside);
    mkdirSync(outside);
    for (const one of [inside, outside]) writeFileSync(join(one, "app.log"), "");
    symlinkSync(outside, join(inside, "link"), "junction");
    assert.ok(mayRead(join(inside, "app.log"), false, [inside]));
    assert.ok(mayRead(join(outside, "app.log"), true, [inside]));
    for (const file of [join(outside, "app.log"), join(inside, "link", "app.log")])
      assert.ok(!mayRead(file, false, [inside]), file);
    assert.ok(!mayRead(join(inside, "app.log"), false, []));
  });
});
