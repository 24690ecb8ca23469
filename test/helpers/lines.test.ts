import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { assertSameLines, growingLines } from "./lines.ts";
import { tempFolder } from "./temp.ts";

describe("the lines of a file that grows", () => {
  it("are those that are whole, each once, also where letters were written by halves", (t) => {
    const path = join(tempFolder(t), "a.log");
    const lines = growingLines(path);
    assert.throws(lines, /ENOENT/);
    const [first = 0, ...rest] = Buffer.from("é\n");
    writeFileSync(path, Buffer.from([...Buffer.from("one\n\ntwo"), first]));
    const before = lines();
    assert.deepEqual(before, ["one", ""]);
    appendFileSync(path, Buffer.from(rest));
    assert.deepEqual(lines(), ["one", "", "twoé"]);
    assert.deepEqual(lines(), ["one", "", "twoé"]);
    assert.deepEqual(before, ["one", ""], "what was given stays as it is");
  });
});

describe("lines that are to be the same", () => {
  it("may be very many", () => {
    const all = Array.from({ length: 100_000 }, (_, at) => `line ${at}`);
    assertSameLines(all, [...all]);
    assertSameLines([], []);
    assert.throws(() => assertSameLines(all.with(50_000, "other"), all), {
      message:
        '100000 lines, 100000 expected; the first that differs, at 50000, is "other", not "line 50000"',
    });
  });

  it("are as many", () => {
    assert.throws(() => assertSameLines(["a"], ["a", "b"]), {
      message: '1 lines, 2 expected; the first that differs, at 1, is none, not "b"',
    });
    assert.throws(() => assertSameLines(["a", ""], ["a"]), {
      message: '2 lines, 1 expected; the first that differs, at 1, is "", not none',
    });
  });
});
