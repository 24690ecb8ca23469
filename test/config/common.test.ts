import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { sourceCommon } from "../../src/config/schema.ts";
import { sources } from "../../src/sources/index.ts";
import { load } from "./load.ts";

describe("what every source may say", () => {
  for (const [type, { options }] of Object.entries(sources)) {
    it(`takes no setting away from the kind ${type}`, () => {
      const { properties = {} } = z.toJSONSchema(options, { io: "input", unrepresentable: "any" });
      assert.ok(Object.keys(properties).length > 0);
      assert.deepEqual(
        Object.keys(properties).filter((key) => key in sourceCommon.shape),
        [],
      );
    });
  }

  it("leaves a Kafka source its consumer group, and puts it under a heading", async () => {
    const written = { type: "kafka", brokers: "b:9092", topics: "t", group: "indexers", heading: "shop" };
    const { config, issues } = await load({ sources: { a: written } });
    assert.deepEqual(issues, []);
    const source = config.sources.get("a");
    assert.equal(source?.group, "shop");
    assert.partialDeepStrictEqual(source?.options, { group: "indexers" });
  });
});
