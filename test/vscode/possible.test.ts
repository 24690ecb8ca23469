import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SourceState } from "../../src/model.ts";
import { CONTEXT } from "../../src/vscode/ids.ts";
import { possible } from "../../src/vscode/possible.ts";
import { sink, snapshot, source } from "./snapshots.ts";

/** Names of the keys that hold. */
const can = (figures: Parameters<typeof snapshot>[0]): string[] => {
  const keys = possible(snapshot(figures));
  return Object.entries(CONTEXT).flatMap(([name, key]) => (keys[key] ? [name] : []));
};

const store = sink("store", { type: "store" });
const out = sink("out");

describe("what can be done now", () => {
  it("is nothing where nothing is watched and nothing is written", () => {
    assert.deepEqual(can({}), []);
  });

  it("is to look after any sink, also the store; to send again what the store holds only to another", () => {
    assert.deepEqual(can({ sinks: [store] }), ["hasSinks"]);
    assert.deepEqual(can({ sinks: [out] }), ["hasSinks"]);
    assert.deepEqual(can({ sinks: [store, out] }), ["hasSinks", "replayable"]);
  });

  it("is to reset a sink that waits before it tries again or has failed, and to send letters that there are", () => {
    const open = { state: "open", since: 0, failures: 5 } as const;
    for (const figures of [{ state: "retrying" }, { state: "failed" }, { breaker: open }] as const)
      assert.deepEqual(can({ sinks: [sink("out", figures)] }), ["hasSinks", "resettable"]);
    assert.deepEqual(can({ sinks: [sink("out", { deadWaiting: 1 })] }), ["hasSinks", "deadLetters"]);
  });

  it("is to start what is stopped, to stop what is not, to pause what reads and to resume what is paused", () => {
    const states = {
      starting: ["stoppable", "pausable"],
      watching: ["stoppable", "pausable"],
      waiting: ["stoppable", "pausable"],
      paused: ["stoppable", "resumable"],
      consent: ["stoppable"],
      failed: ["startable", "stoppable"],
      stopped: ["startable"],
    } satisfies Record<SourceState, string[]>;
    for (const [state, expected] of Object.entries(states) as [SourceState, string[]][])
      assert.deepEqual(can({ sources: [source("a", { state })] }), expected, state);
    const both = [source("a", { state: "paused" }), source("b", { state: "stopped" })];
    assert.deepEqual(can({ sources: both }), ["startable", "stoppable", "resumable"]);
  });
});
