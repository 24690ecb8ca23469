import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, said } from "./load.ts";

describe("a Kafka source whose records a Kafka sink writes", () => {
  const warnings = async (source: object, sink: object) =>
    said(
      await load({
        sources: { in: { type: "kafka", brokers: "Kafka:9092", ...source } },
        sinks: { out: { type: "kafka", brokers: ["other:9092", "kafka:9092"], ...sink } },
      }),
    );

  it("is warned of where it is certain that it reads them again", async () => {
    assert.deepEqual(await warnings({ pattern: "logs-.*" }, { topic: "logs-all" }), [
      'sources.in: reads what the sink "out" writes (topic logs-all), and sends it there again, without end: name other sinks in sinks of the source, like [store], or give out a topic that is not read here',
    ]);
    for (const topic of ["a", "$" + "{topic}"])
      assert.equal((await warnings({ topics: "a" }, { topic })).length, 1);
    assert.equal((await warnings({ topics: "in" }, {})).length, 1);
  });

  it("is left alone where it does not, or may not", async () => {
    assert.deepEqual(await warnings({ pattern: "logs-.*" }, { topic: "all" }), []);
    assert.deepEqual(await warnings({ pattern: "logs-.*", sinks: ["store"] }, { topic: "logs-all" }), []);
    assert.deepEqual(await warnings({ pattern: "logs-.*", enabled: false }, { topic: "logs-all" }), []);
    assert.deepEqual(await warnings({ topics: "a" }, { topic: "a", brokers: "kafka:9093" }), []);
    assert.deepEqual(await warnings({ pattern: "logs-.*" }, { topic: "logs-$" + "{level}" }), []);
  });
});
