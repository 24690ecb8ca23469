import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fatal, RetryLater, reasonOf } from "../../src/errors.ts";
import type { Http } from "../../src/lib/http.ts";
import { createNodes } from "../../src/sinks/elastic-nodes.ts";

describe("nodes of a cluster", () => {
  it("answer each for itself: one that hangs does not hold up the others", async () => {
    const http: Pick<Http, "send"> = {
      async send(_method, url) {
        if (url.hostname === "a") return new Promise(() => {});
        return { status: 200, headers: {}, text: "b" };
      },
    };
    const [a, b] = await createNodes(["http://a:1", "http://b:2"], http).each("/", 20);
    assert.match(reasonOf(a?.error), /^http:\/\/a:1 did not answer within 20 ms$/);
    assert.equal(b?.answer?.text, "b");
  });

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

  it("are tried all, whatever one of them fails by", async () => {
    const http: Pick<Http, "send"> = {
      async send(_method, url) {
        if (url.hostname === "a") throw new Fatal("a: wrong certificate");
        return { status: 200, headers: {}, text: "" };
      },
    };
    const nodes = createNodes(["http://a:1", "http://b:2"], http);
    for (let round = 0; round < 3; round++) assert.equal((await nodes.send("GET", "/")).status, 200);
  });
});
