import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { load } from "./load.ts";

const fleet = resolve(import.meta.dirname, "../../examples/fleet");
const env = { ETCD: "127.0.0.1:2379", KAFKA: "127.0.0.1:9092", ELASTICSEARCH: "http://127.0.0.1:9200" };

/** Of a service: `NAME=value` as compose.yaml has them. */
function namesOf(service: string): string[] {
  const { services } = parse(readFileSync(resolve(fleet, "compose.yaml"), "utf8"));
  return services[service].environment.map((given: string) => given.split("=")[0]);
}

describe("the fleet of examples", () => {
  for (const [name, source, sink] of [
    ["agent", undefined, "kafka"],
    ["indexer", "kafka", "elasticsearch"],
  ] as const) {
    it(`has a configuration of the ${name} that is in order, given what its service gives it`, async () => {
      const own = Object.fromEntries(Object.entries(env).filter(([key]) => namesOf(name).includes(key)));
      const { config, issues } = await load({ configFile: resolve(fleet, `${name}.yaml`) }, {}, own);
      assert.deepEqual(issues, []);
      assert.deepEqual(
        [...config.sources.values()].map(({ type }) => type),
        source ? [source] : [],
      );
      assert.deepEqual(
        [...config.sinks.values()].map(({ type }) => type),
        [sink],
      );
    });
  }
});
