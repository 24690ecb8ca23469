import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { explain } from "../../src/config/explain.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { explanationText } from "../../src/protocol/explain.ts";
import { inEnglish } from "../../src/protocol/fate.ts";
import { tempFolder } from "../helpers/temp.ts";
import { folders, layer } from "./load.ts";

describe("explaining the configuration", () => {
  it("names the origin of each value, also of those that it overrides, and masks secrets", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "log-monitor.yaml");
    writeFileSync(
      file,
      [
        "sources:",
        "  web:",
        "    paths: web.log",
        "    parser:",
        "      type: regex",
        '      pattern: "^(?<x>a)"',
        "monitor: { port: 9999 }",
        "",
      ].join("\n"),
    );
    const etcd = { endpoints: "h:1", prefix: "/s/", user: "u", password: "canary-1" };
    const sink = { type: "elasticsearch", url: "http://h:9200", user: "u", password: "canary-2" };
    const layers = [
      layer("user", { etcd, configFile: file, sources: { web: { paths: "old.log" } } }),
      layer("folder", { sources: { own: { paths: "own.log" } } }, { folder: "app" }),
      layer("workspace", { sinks: { es: sink }, store: false }),
    ];
    const texts: [string, string][] = [
      ["/s/fleet", '{"paths": "fleet.log", "enabled": false}'],
      ["/s/wrong", '{"paths": 5}'],
    ];
    const loaded = await parseConfig(
      { layers, folders, trusted: true, dataDir: folder },
      {},
      undefined,
      async () => texts.map(([key, text]) => ({ key, text, revision: 1 })),
    );
    const text = explanationText(explain(loaded), inEnglish);
    assert.doesNotMatch(text, /canary/);
    const has = (line: RegExp) => assert.match(text, line);
    has(/^sources\.web\n {2}paths +/m);
    has(/^ {2}paths += web\.log +log-monitor\.yaml:3$/m);
    has(/^ {2}parser\.pattern += \^\(\?<x>a\) +log-monitor\.yaml:6$/m);
    has(/^ {2}from += end +default$/m);
    has(/^ {2}encoding += auto +default$/m);
    has(/^ {2}overrides user settings$/m);
    has(/^sources\.app\/own\n {2}paths += own\.log +settings of folder app$/m);
    has(/^sources\.fleet\n {2}paths += fleet\.log +etcd \/s\/fleet\n {2}enabled += false +etcd \/s\/fleet$/m);
    has(/^sources\.wrong \(refused: what ran before goes on\)$/m);
    assert.match(
      explanationText(explain(loaded), inEnglish, { live: false }),
      /^sources\.wrong \(refused\)$/m,
    );
    has(/^ {2}password += \*\*\* +workspace settings$/m);
    has(/^ {2}password += \*\*\* +user settings$/m);
    has(/^monitor\n {2}port += 9999 +log-monitor\.yaml:7\n {2}host += 127\.0\.0\.1 +default$/m);
    has(/^store\n {2}false +workspace settings$/m);
    has(/^spool\n {2}maxBytes += 1073741824 +default$/m);
  });
});
