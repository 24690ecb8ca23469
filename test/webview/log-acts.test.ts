import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createActs } from "../../src/webview/log/details-acts.ts";
import { texts } from "./texts.ts";

describe("what is done with a line or a value of a field", () => {
  it("goes by the query as it is by now, whatever was told of an earlier one", () => {
    let query = "timeout";
    const acts = createActs({
      ...texts,
      ofSearch: () => Promise.reject(new Error("nothing is asked")),
      paused: () => false,
      choice: async () => undefined,
      query: () => query,
      setQuery(next) {
        query = next;
      },
      showFull: () => undefined,
      write: async () => undefined,
      say: () => undefined,
      tell: () => undefined,
      close: () => undefined,
    });
    acts.ask("level:error", false);
    acts.ask("source:app", true);
    assert.equal(query, "timeout level:error -source:app");
    acts.ask("level:error", false);
    assert.equal(query, "timeout -source:app");
  });
});
