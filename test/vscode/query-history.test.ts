import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createQueryHistory } from "../../src/vscode/query-history.ts";

/** What the editor keeps of a workspace: what JSON can say. */
function memento(start: Readonly<Record<string, unknown>> = {}) {
  const kept = new Map(Object.entries(start));
  return {
    get: (key: string) => kept.get(key),
    async update(key: string, value: unknown) {
      kept.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
}

describe("queries asked in a workspace", () => {
  it("are known to every view, the newest last, each once", async () => {
    const kept = memento();
    const [one, other] = [createQueryHistory(kept), createQueryHistory(kept)];

    for (const query of ["a", "b", "a", "  "]) await one.add({ query });
    await other.add({ query: "b", index: "es" });

    assert.deepEqual(one.all(), [{ query: "b" }, { query: "a" }, { query: "b", index: "es" }]);
  });

  it("are none where something else is kept, and take nothing else", async () => {
    const history = createQueryHistory(memento({ "logMonitor.asked": [{ text: 7 }] }));

    assert.deepEqual(history.all(), []);
    await assert.rejects(history.add({ query: 7 }));
    await history.add({ query: "a" });
    assert.deepEqual(history.all(), [{ query: "a" }]);
  });

  it("are fifty at most", async () => {
    const history = createQueryHistory(memento());
    for (let at = 0; at < 60; at++) await history.add({ query: `q${at}` });

    assert.equal(history.all().length, 50);
    assert.equal(history.all()[0]?.query, "q10");
  });
});
