import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileQuery } from "../../src/store/query.ts";
import { rowsOf } from "../../src/store/rows.ts";
import { targetOf } from "../../src/vscode/log-target.ts";
import { originOf, recordOf } from "../store/records.ts";

describe("what a log view is opened for", () => {
  it("is everything, or a source, where no file is named", () => {
    assert.deepEqual(targetOf(undefined, undefined), {});
    assert.deepEqual(targetOf("web/app", undefined), { source: "web/app" });
  });

  const paths = [
    "/l/app.log",
    "/l/l/app.log",
    '/l/a p?[1] "x" (y)*.log',
    "/l/a pp1 x y.log",
    "C:\\l\\app.log",
  ];
  for (const path of paths) {
    it(`is that file alone: ${path}`, () => {
      const { source, query = "" } = targetOf("app", path);
      assert.equal(source, "app");
      const matches = compileQuery(query);
      const found = paths.filter((file) => {
        const record = recordOf({ origin: originOf("app", file, file), offset: 0, raw: "x" });
        return matches(rowsOf([record], 0), 0, { source: "app", path: file });
      });
      assert.deepEqual(found, [path]);
    });
  }
});
