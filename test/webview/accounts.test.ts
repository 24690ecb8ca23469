import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountRows } from "../../src/webview/account-rows.ts";
import { file, fileAccount, sinkAccount, snapshot, source } from "../vscode/snapshots.ts";

describe("rows of the accounts", () => {
  const shown = snapshot({
    sources: [
      source("a", {
        files: [
          file("/logs/good", { generation: 1, account: fileAccount(5, sinkAccount("s", [5, 5, 0, 0, 0])) }),
          file("/logs/waits", { generation: 2, account: fileAccount(5, sinkAccount("s", [5, 4, 1, 0, 0])) }),
          file("/logs/open", { generation: 3, account: fileAccount(5, sinkAccount("s", [5, 4, 0, 0, 0])) }),
          file("/logs/new", { generation: 4 }),
        ],
      }),
      source("b", {
        files: [
          file("/logs/lacks", { generation: 5, account: fileAccount(5, sinkAccount("s", [5, 4, 0, 1, 0])) }),
        ],
      }),
    ],
  });

  it("begin with what does not close, then what is lost, then what waits", () => {
    assert.deepEqual(
      accountRows(shown, undefined).map(({ path }) => path),
      ["/logs/open", "/logs/lacks", "/logs/waits", "/logs/good"],
    );
  });

  it("are those of one source when one is chosen, and at most 200", () => {
    assert.deepEqual(
      accountRows(shown, "b").map(({ path }) => path),
      ["/logs/lacks"],
    );
    const many = Array.from({ length: 500 }, (_, generation) =>
      file(`/logs/${generation}`, { generation, account: fileAccount(1, sinkAccount("s", [1, 1, 0, 0, 0])) }),
    );
    assert.equal(accountRows(snapshot({ sources: [source("a", { files: many })] }), undefined).length, 200);
    assert.deepEqual(accountRows(undefined, undefined), []);
  });
});
