import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lettersOf } from "../../src/webview/log/source-letters.ts";

describe("the letters that stand for a source", () => {
  const of = (name: string, ...taken: readonly string[]) => lettersOf(name, new Set(taken));

  it("are the first two of its words, or of its name", () => {
    assert.deepEqual(
      ["user-import", "userImport", "app/web", "shop", "x", "日志"].map((name) => of(name)),
      ["ui", "ui", "aw", "sh", "x", "日志"],
    );
  });

  it("are the end of the number that it has among others of its name", () => {
    assert.deepEqual(
      ["worker-17", "worker-7", "web102"].map((name) => of(name)),
      ["17", "w7", "02"],
    );
    assert.equal(of("api-17", "17"), "a1");
  });

  it("are others where those are taken", () => {
    assert.equal(of("shipping", "sh"), "si");
    assert.equal(of("web-2", "we", "w2"), "wb");
  });

  it("are the same as another's only where its name has no others", () => {
    assert.equal(of("ab", "ab", "a"), "ab");
  });

  it("are something for a name without letters", () => {
    assert.equal(of("--"), "--");
  });
});
