import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { load } from "./load.ts";

const fleet = resolve(import.meta.dirname, "../../examples/fleet");
/** Of the Compose Specification what this file uses, and nothing else. */
const service = z.strictObject({
  image: z.string(),
  command: z.string().optional(),
  environment: z
    .union([z.array(z.string().regex(/^[\w.]+=/)), z.record(z.string(), z.union([z.string(), z.number()]))])
    .optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.array(z.string()).optional(),
  restart: z.literal("unless-stopped").optional(),
});
const compose = z.strictObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});
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

  it("has services that find what they wait for, mount and run", () => {
    const { services, volumes } = compose.parse(parse(readFileSync(resolve(fleet, "compose.yaml"), "utf8")));
    for (const [name, { depends_on = [], volumes: mounts = [], command = "" }] of Object.entries(services)) {
      for (const other of depends_on) assert.ok(other in services, `${name} waits for ${other}`);
      const folders = mounts.map((mount) => mount.split(":"));
      for (const [from = ""] of folders) {
        if (/^[a-z]/.test(from)) assert.ok(from in volumes, `${name} keeps ${from}`);
        // What the build makes, and what the reader puts there.
        else if (from === ".") assert.equal(resolve(fleet, from), fleet);
        else assert.ok(["/data", "../../dist", "./logs"].includes(from), `${name} mounts ${from}`);
      }
      const config = /--config (\S+)/.exec(command)?.[1];
      if (config === undefined) continue;
      const [from = ""] = folders.find(([, to = "\0"]) => config.startsWith(`${to}/`)) ?? [];
      const file = resolve(fleet, from, basename(config));
      const { dataDir } = parse(readFileSync(file, "utf8"));
      assert.ok(
        folders.some((mount) => mount.includes(dataDir)),
        `${name} keeps ${dataDir}`,
      );
    }
  });
});
