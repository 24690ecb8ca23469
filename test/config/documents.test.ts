import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../helpers/temp.ts";
import { repository } from "../helpers/vscode-paths.ts";
import { load, said } from "./load.ts";

const env = {
  INFLUX_USER: "writer",
  INFLUX_PASSWORD: "of the test",
  ETCD_PASSWORD: "of the test",
};
const examples = ["README.md", ...globSync("docs/*.md", { cwd: repository })].flatMap((path) =>
  [...readFileSync(join(repository, path), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, text = ""]) => text)
    .filter((text) => /^(sources|sinks|etcd):/m.test(text))
    .map((text, at) => ({ name: `${path}, ${at + 1}`, text })),
);

describe("the configurations in the documents", () => {
  it("are found", () => assert.ok(examples.length >= 5, String(examples.length)));

  for (const { name, text } of examples) {
    it(`${name}: is taken without a word`, async (t) => {
      const configFile = join(tempFolder(t), "log-monitor.yaml");
      writeFileSync(configFile, text);
      const loaded = await load({ configFile }, {}, env);
      assert.deepEqual(said(loaded), []);
      const parts = loaded.config.sources.size + loaded.config.sinks.size;
      assert.ok(parts > 0 || loaded.etcd, "something comes of it");
    });
  }
});
