import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogTarget } from "../../src/protocol/log-view.ts";
import { INITIAL, type LogState } from "../../src/webview/log/state.ts";
import { createWalk } from "../../src/webview/log/walk.ts";

/** A view that was paused, and what it does to show what it is opened for. */
function opened(targets: readonly LogTarget[]) {
  let state: LogState = { ...INITIAL, paused: 4711 };
  const done: string[] = [];
  const none = () => undefined;
  createWalk({
    state: () => state,
    keep(changes) {
      state = { ...state, ...changes };
    },
    searching: {
      search: () => done.push("search"),
      stand: (paused) => done.push(`stand ${paused}`),
      retry: false,
    },
    reading: { seek: none, kept: none },
    draw: none,
    list: () => ({ choose: none, focus: none, toEnd: none }),
  }).begin(targets);
  return { done, paused: state.paused };
}

describe("a log view that is paused", () => {
  it("goes on before it searches for what it is opened for", () => {
    assert.deepEqual(opened([{ source: "app" }]), { done: ["stand undefined", "search"], paused: undefined });
  });

  it("stays so when it comes back and is opened for nothing else", () => {
    assert.deepEqual(opened([]), { done: ["search"], paused: 4711 });
  });
});
