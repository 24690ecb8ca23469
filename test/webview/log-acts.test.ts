import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Ask } from "../../src/webview/log/asking.ts";
import { createActs } from "../../src/webview/log/details-acts.ts";
import { keyOf } from "./log-rows.ts";
import { texts } from "./texts.ts";

const unasked: Parameters<typeof createActs>[0] = {
  ...texts,
  ofSearch: () => Promise.reject(new Error("nothing is asked")),
  paused: () => false,
  choice: async () => undefined,
  query: () => "",
  setQuery: () => undefined,
  showFull: () => undefined,
  write: async () => undefined,
  say: () => undefined,
  tell: () => undefined,
  close: () => undefined,
};

const RECORD = {
  id: "1",
  sentAs: "1",
  time: 1,
  nanos: 0,
  source: "s",
  file: "f",
  offset: 0,
  raw: "",
  fields: {},
};

describe("what is done with a line or a value of a field", () => {
  it("goes by the query as it is by now, whatever was told of an earlier one", () => {
    let query = "timeout";
    const acts = createActs({
      ...unasked,
      query: () => query,
      setQuery(next) {
        query = next;
      },
    });
    acts.ask("level:error", false);
    acts.ask("source:app", true);
    assert.equal(query, "timeout level:error -source:app");
    acts.ask("level:error", false);
    assert.equal(query, "timeout -source:app");
  });

  it("goes to the place in code that was clicked, else to the first of the line that opens", async () => {
    const message = "at /app/a.ts:1:2\nat /app/b.ts:3:4";
    const links = [message.indexOf("/app/a"), message.indexOf("/app/b")].map((from) => ({
      in: "message",
      from,
      to: from + 13,
    }));
    const followed: unknown[] = [];
    let told = Promise.withResolvers<void>();
    const acts = createActs({
      ...unasked,
      choice: async () => keyOf(1),
      ofSearch: (async (name: string, body: unknown) => {
        if (name === "details") return { ...RECORD, message, links };
        followed.push([name, body]);
        told.resolve();
      }) as Ask,
    });
    const follow = async (at: number | undefined): Promise<void> => {
      told = Promise.withResolvers();
      acts.followAt(at === undefined ? undefined : { at, shown: (text) => text, unfolded: true });
      await told.promise;
    };
    await follow(message.indexOf("b.ts"));
    await follow(undefined);
    assert.deepEqual(followed, [
      ["follow", { key: keyOf(1), link: 1 }],
      ["follow", { key: keyOf(1) }],
    ]);
  });
});
