import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RetryLater, reasonOf } from "../../src/errors.ts";
import type { Http } from "../../src/lib/http.ts";
import { createNodes } from "../../src/sinks/elastic-nodes.ts";

describe("nodes of a cluster", () => {
  it("give one reason while none can be reached, whichever is asked first", async () => {
    const http: Pick<Http, "send"> = {
      async send(_method, url) {
        throw new RetryLater(`${url.origin} can't be reached`);
      },
    };
    const nodes = createNodes(["http://a:1", "http://b:2"], http);
    const reasons: string[] = [];
    for (let round = 0; round < 4; round++)
      await nodes.send("GET", "/").catch((error) => reasons.push(reasonOf(error)));
    assert.deepEqual(new Set(reasons), new Set(["http://a:1 can't be reached; http://b:2 can't be reached"]));
    assert.equal(reasons.length, 4);
  });
});
