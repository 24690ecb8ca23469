import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { SourceConfig } from "../../src/config/config.ts";
import { holdForConsent, waitingIn } from "../../src/config/consent.ts";
import type { ConfigInput } from "../../src/protocol/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { layer, load } from "./load.ts";

const sink = (url: string) => ({ sinks: { db: { type: "influxdb", url, database: "d" } } });
const away = sink("http://logs.example.org:8086");
const wants = ["http://logs.example.org:8086"];
const waits = async (values: unknown, given: Partial<ConfigInput> = {}) =>
  waitingIn((await load(values, { allowed: [], ...given })).config);

describe("consent", () => {
  it("is waited for by a sink that a workspace or a folder defines, for each server once", async () => {
    assert.deepEqual(await waits(away), [{ part: "sinks.db", wants }]);
    assert.deepEqual(await waits(away, { allowed: wants }), []);
    assert.deepEqual(await waits(sink("http://logs.example.org:8087"), { allowed: wants }), [
      { part: "sinks.db", wants: ["http://logs.example.org:8087"] },
    ]);
    const layers = [layer("folder", away, { folder: "app" })];
    assert.equal((await waits(undefined, { layers })).length, 1);
  });

  it("is not asked of the user's own settings, of this machine, or by a host that does not ask", async () => {
    assert.deepEqual(await waits(undefined, { layers: [layer("user", away)] }), []);
    assert.deepEqual(await waits(sink("http://localhost:8086")), []);
    assert.deepEqual(waitingIn((await load(away)).config), []);
    assert.deepEqual(await waits({ sinks: { out: { type: "file", path: "out" } } }), []);
  });

  it("is waited for by what a file of the workspace defines, whoever names it", async (t) => {
    const [inside, outside] = [tempFolder(t), tempFolder(t)];
    const folders = [{ name: "app", path: inside }];
    const naming = (origin: "user" | "workspace", folder: string): Partial<ConfigInput> => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "lm.yaml"), JSON.stringify(away));
      return { folders, layers: [layer(origin, { configFile: join(folder, "lm.yaml") })] };
    };
    assert.equal((await waits(undefined, naming("user", join(inside, "conf")))).length, 1);
    assert.equal((await waits(undefined, naming("workspace", outside))).length, 1);
    assert.equal((await waits(undefined, naming("user", outside))).length, 0);
  });

  it("is waited for by a command, for that very command, and shows no secret of it", async () => {
    const { config } = await load({ sources: { a: { paths: "a.log" } } });
    const wantsOf = (options: object, secrets: readonly string[] = []): readonly string[] => {
      const [file] = config.sources.values();
      const source = { ...file, type: "command", options, secrets } as SourceConfig;
      const held = holdForConsent({ ...config, sources: new Map([["a", source]]) }, [], () => true);
      return waitingIn(held).flatMap(({ wants }) => wants);
    };
    assert.deepEqual(wantsOf({ command: ["docker", "logs", "-f", "my web"] }), ['docker logs -f "my web"']);
    assert.deepEqual(wantsOf({ command: "a | b", shell: true, cwd: "/srv" }), [
      "a | b read by a shell in /srv",
    ]);
    const [one = "", two] = ["1", "2"].map((value) => wantsOf({ command: ["a"], env: { X: value } })[0]);
    assert.match(one, /^a with X \([0-9a-f]{8}\)$/);
    assert.notEqual(one, two);
    const [hidden = ""] = wantsOf({ command: ["curl", "-H", "x: hunter22"] }, ["hunter22"]);
    assert.match(hidden, /^curl -H "x: \*\*\*" \([0-9a-f]{8}\)$/);
  });

  it("is waited for anew where only what is not shown of a command has changed, or who reads it", async () => {
    const { config } = await load({ sources: { a: { paths: "a.log" } } });
    const wantsOf = (options: object): string => {
      const [file] = config.sources.values();
      const source = { ...file, type: "command", options } as SourceConfig;
      const held = holdForConsent({ ...config, sources: new Map([["a", source]]) }, [], () => true);
      return waitingIn(held)[0]?.wants[0] ?? "";
    };
    const [one, other] = ["good.example/x", "evil.example/y"].map((from) =>
      wantsOf({ command: ["curl", `https://${from}@good.example/`] }),
    );
    assert.equal(one?.replace(/\(\w+\)/, ""), other?.replace(/\(\w+\)/, ""));
    assert.notEqual(one, other);
    const text = 'echo "$(id)"';
    assert.notEqual(wantsOf({ command: ["echo", "$(id)"] }), wantsOf({ command: text, shell: true }));
  });
});
