import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endpointsIn, isLoopback, isUnverified } from "../../src/lib/endpoints.ts";

describe("the servers that options name", () => {
  const cases: [what: string, options: unknown, endpoints: string[]][] = [
    [
      "a URL without its path and query",
      { url: "HTTPS://Logs.Example.org/x?y#z" },
      ["https://logs.example.org:443"],
    ],
    ["several nodes", { url: ["http://a:9200", "http://b:9200/"] }, ["http://a:9200", "http://b:9200"]],
    ["a DSN without its user", { dsn: "http://h:8086@u@p@ss@db@s" }, ["http://h:8086"]],
    [
      "a URL by its host, whatever its user looks like",
      { url: "http://127.0.0.1@x@evil.org" },
      ["http://evil.org:80"],
    ],
    ["brokers", { brokers: ["k1:9092", "[::1]:9093"] }, ["tcp://k1:9092", "tcp://[::1]:9093"]],
    [
      "nothing in texts that only look like it",
      { index: "a:1", topic: "logs", headers: { accept: "a/b" } },
      [],
    ],
  ];
  for (const [what, options, endpoints] of cases) {
    it(`are ${what}`, () => assert.deepEqual(endpointsIn(options), endpoints));
  }

  it("are on this machine by the names and addresses of the loopback alone", () => {
    for (const here of [
      "http://localhost:1",
      "tcp://127.0.0.1:9092",
      "http://127.8.8.8:80",
      "http://[::1]:80",
    ])
      assert.ok(isLoopback(here), here);
    for (const there of [
      "http://127.0.0.1.evil.org:80",
      "http://10.0.0.1:80",
      "tcp://localhost.evil.org:1",
      "type",
    ])
      assert.ok(!isLoopback(there), there);
  });

  it("are not verified where TLS is spoken and any certificate taken", () => {
    assert.ok(isUnverified({ url: "https://h", verify: false }));
    assert.ok(isUnverified({ brokers: ["h:1"], tls: true, verify: false }));
    assert.ok(!isUnverified({ url: "https://h", verify: true }));
    assert.ok(!isUnverified({ url: "http://h", verify: false }));
  });
});
