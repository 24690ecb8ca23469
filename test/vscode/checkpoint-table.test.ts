import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkpointTable } from "../../src/vscode/checkpoint-table.ts";
import { english } from "./snapshots.ts";

describe("table of checkpoints", () => {
  it("says so when there are none", () => {
    assert.equal(checkpointTable([], english), "No checkpoints yet: nothing has been read.\n");
  });

  it("aligns its columns, numbers to the right", () => {
    const row = { source: "access", path: "/l/a.log", generation: "00ff", updated: 0 };
    const lines = checkpointTable(
      [
        { ...row, offset: 5, size: undefined },
        { ...row, source: "x", offset: 500, size: 900 },
      ],
      english,
    ).split("\n");
    assert.deepEqual(lines, [
      "Source  Offset  Size  Updated                   Generation  Path",
      "access       5     –  1970-01-01T00:00:00.000Z  00ff        /l/a.log",
      "x          500   900  1970-01-01T00:00:00.000Z  00ff        /l/a.log",
      "",
    ]);
  });
});
