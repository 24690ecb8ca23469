import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { createDiscovery, createMatcher } from "../../src/sources/file/paths.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

describe("matcher", () => {
  const cases: [patterns: string[], exclude: string[], path: string, expected: boolean][] = [
    [["/logs/a.log"], [], "/logs/a.log", true],
    [["/logs/a.log"], [], "/logs/a.log.1", false],
    [["/logs/*.log"], [], "/logs/a.log", true],
    [["/logs/*.log"], [], "/logs/sub/a.log", false],
    [["/logs/**/*.log"], [], "/logs/sub/deep/a.log", true],
    [["/logs/{a,b}*.log"], [], "/logs/b2.log", true],
    [["/logs/*.log"], ["**/debug*"], "/logs/debug.log", false],
    [["/logs/*.log", "/other/x"], [], "/other/x", true],
    [["/logs/app (1).log"], [], "/logs/app (1).log", true],
  ];
  for (const [patterns, exclude, path, expected] of cases) {
    it(`${expected ? "takes" : "leaves"} ${path} for ${patterns.join(" ")}${exclude.length > 0 ? ` without ${exclude}` : ""}`, () => {
      assert.equal(createMatcher(patterns, exclude).matches(path), expected);
    });
  }

  it("knows which folders can lead to a match", () => {
    const matcher = createMatcher(["/a/b/*/c/*.log", "/d/**/x.log"], []);
    const leads = ["/", "/a", "/a/b", "/a/b/anything", "/a/b/anything/c", "/d", "/d/e/f"];
    const strays = ["/z", "/a/z", "/a/b/anything/z", "/a/b/anything/c/deeper"];
    assert.deepEqual(
      leads.filter((folder) => !matcher.leads(folder)),
      [],
    );
    assert.deepEqual(
      strays.filter((folder) => matcher.leads(folder)),
      [],
    );
  });
});

describe("discovery", () => {
  it("finds what is there and reports what comes, also in folders that come later", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "logs"));
    writeFileSync(join(folder, "logs", "a.log"), "");
    writeFileSync(join(folder, "logs", "a.txt"), "");
    const seen = new Set<string>();
    const matcher = createMatcher(
      [join(folder, "logs", "**", "*.log"), join(folder, "later", "deep", "x.log")],
      [],
    );
    const discovery = createDiscovery(matcher, (path) => seen.add(path), silent);
    t.after(() => discovery.close());
    assert.deepEqual(await discovery.start(), [join(folder, "logs", "a.log")]);

    writeFileSync(join(folder, "logs", "b.log"), "");
    mkdirSync(join(folder, "later", "deep"), { recursive: true });
    writeFileSync(join(folder, "later", "deep", "x.log"), "");
    await until(() => seen.has(join(folder, "logs", "b.log")));
    await until(() => seen.has(join(folder, "later", "deep", "x.log")));
    assert.deepEqual(await discovery.scan(), [
      join(folder, "later", "deep", "x.log"),
      join(folder, "logs", "a.log"),
      join(folder, "logs", "b.log"),
    ]);
  });
});
