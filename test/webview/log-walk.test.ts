import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogTarget } from "../../src/protocol/log-view.ts";
import { createSearching } from "../../src/webview/log/searching.ts";
import { EVERYTHING, INITIAL, type LogState } from "../../src/webview/log/state.ts";
import { createWalk } from "../../src/webview/log/walk.ts";

/** A view that was paused, and what it does to show what it is opened for. */
function opened(targets: readonly LogTarget[]) {
  let state: LogState = { ...INITIAL, paused: { at: 4711 } };
  const done: string[] = [];
  const none = () => undefined;
  createWalk({
    state: () => state,
    keep(changes) {
      state = { ...state, ...changes };
    },
    searching: {
      search: () => done.push("search"),
      stand: (paused) => done.push(`stand ${paused?.at}`),
      query: "",
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
    assert.deepEqual(opened([]), { done: ["search"], paused: { at: 4711 } });
  });
});

describe("the full log of a view whose query is wrong", () => {
  for (const told of [true, false])
    it(`leads back to what was in force, the box as it was, ${told ? "when it was shown" : "at once"}`, async () => {
      let state: LogState = { ...INITIAL, filter: { ...EVERYTHING, query: "level:error" } };
      const keep = (changes: Partial<LogState>): void => {
        state = { ...state, ...changes };
      };
      const none = () => undefined;
      const refused = { problem: { reason: "not closed", column: 12 } };
      const searching = createSearching({
        channel: {
          call: async (_name, request) =>
            request && "query" in request && request.query.includes("(") ? refused : {},
        } as Parameters<typeof createSearching>[0]["channel"],
        request: () => ({ query: state.filter.query, points: 10 }),
        latest: () => 4711,
        stands: none,
        asked: () => none,
        accepted: () => state.accepted,
        accept: (accepted) => keep({ accepted }),
        changed: none,
        fail: none,
      });
      const walk = createWalk({
        state: () => state,
        keep,
        searching,
        reading: { seek: none, kept: none },
        draw: none,
        list: () => ({ choose: none, focus: none, toEnd: none }),
      });
      walk.begin([]);
      await searching.answered();
      searching.recovered();
      walk.apply({ ...state.filter, query: "level:error (" }, false);
      await searching.answered();
      assert.ok(searching.problem);
      walk.inFullLog({ key: [1, 2, 3, 4] });
      await searching.answered();
      if (told) searching.recovered();
      assert.equal(searching.query, "");
      walk.back();
      await searching.answered();
      assert.equal(searching.query, "level:error");
      assert.equal(state.filter.query, "level:error (");
      assert.deepEqual(searching.problem, refused.problem);
    });
});
