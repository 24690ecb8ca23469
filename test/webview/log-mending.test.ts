import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMending } from "../../src/webview/log/mending.ts";
import { EVERYTHING } from "../../src/webview/log/state.ts";

describe("what helps where no line is seen", () => {
  const done: string[] = [];
  const mend = createMending({
    filter: () => EVERYTHING,
    apply: ({ query }) => done.push(`apply ${query}`),
    move: (index) => done.push(`move ${index}`),
    resume: () => done.push("resume"),
    search: () => done.push("search"),
    run: async ({ command }) => void done.push(`run ${command}`),
    fail: (error) => assert.fail(String(error)),
  });

  it("searches once more for the same, and for something else if that is asked for", async () => {
    mend({ label: "Try Again", filter: { ...EVERYTHING } });
    mend({ label: "Clear", filter: { ...EVERYTHING, query: "a" } });
    mend({ label: "Go On", resume: true });
    mend({ label: "Add Log…", command: "addLog" });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(done, ["search", "apply a", "resume", "run addLog", "search"]);
  });
});
