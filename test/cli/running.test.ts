import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runningText } from "../../src/cli/running.ts";

describe("what inspect tells of the program that runs", () => {
  const etcd = {
    state: "connected",
    members: ["10.0.0.1:2379"],
    at: "/s/",
    since: 0,
    revision: 7,
    keys: 2,
    kept: false,
    refused: ["/s/a"],
  } as const;
  const text = (more: object = {}) => runningText({ process: 1, sinks: [], etcd: { ...etcd, ...more } });

  it("is the state of etcd, with what is refused there and why it can't be reached", () => {
    assert.match(
      text(),
      /^ {2}etcd \(10\.0\.0\.1:2379, \/s\/\): connected, revision 7, 2 keys; refused: \/s\/a$/m,
    );
    assert.match(
      text({ state: "down", error: "no route", refused: [] }),
      /^ {2}etcd \(.*\): no route; what was last read stays, 2 keys$/m,
    );
    assert.match(
      text({ state: "down", error: "x", kept: true }),
      /what was kept of the last run is in force/,
    );
    assert.match(
      text({ state: "down", error: "x", kept: true, nothing: true }),
      /x; nothing of it was ever kept, so that nothing of it runs/,
    );
  });
});
