import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Snapshot } from "../../src/model.ts";
import type { Loss } from "../../src/protocol/log-view.ts";
import { lossesOf, onLosses } from "../../src/vscode/losses.ts";
import { sourceRows } from "../../src/vscode/rows.ts";
import { english, file, snapshot, source } from "./snapshots.ts";

const lost = (...counts: readonly (number | undefined)[]) =>
  source("udp", {
    files: counts.map((dropped, i) => file(`p${i}`, dropped === undefined ? {} : { dropped })),
  });

describe("what was lost before it could be read", () => {
  it("is told of each source that lost any, over all that it reads", () => {
    assert.deepEqual(lossesOf({ snapshot: undefined }), []);
    const sources = [source("a"), lost(7, undefined, 5), { ...lost(undefined), id: "b" }];
    assert.deepEqual(lossesOf({ snapshot: snapshot({ sources }) }), [{ source: "udp", messages: 12 }]);
  });

  it("is told when it is more, and not with every look at the figures", () => {
    let hear: (value: Snapshot) => void = () => {};
    const engine = {
      snapshot: undefined as Snapshot | undefined,
      onSnapshot: (listener: typeof hear) => {
        hear = listener;
        return { dispose: () => {} };
      },
    };
    const told: (readonly Loss[])[] = [];
    onLosses(engine, (losses) => told.push(losses));
    for (const count of [undefined, 3, 3, 4]) {
      engine.snapshot = snapshot({ sources: [lost(count)] });
      hear(engine.snapshot);
    }
    assert.deepEqual(told, [[{ source: "udp", messages: 3 }], [{ source: "udp", messages: 4 }]]);
  });

  it("stands in the tooltip of what it was lost of", () => {
    const [row] = sourceRows(snapshot({ sources: [lost(1_234, undefined)] }), english);
    const labels = row!.rows.map((one) => one.details().find(([label]) => label === "Lost")?.[1]);
    assert.deepEqual(labels, [(1_234).toLocaleString(), undefined]);
  });
});
