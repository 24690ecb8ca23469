import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { silent } from "../../src/lib/log.ts";
import { createDiscovery } from "../../src/sources/file/discovery.ts";
import { absoluteGlob, createMatcher, excludeGlob } from "../../src/sources/file/paths.ts";
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
    [["/my logs/*.log"], [], "/my logs/a b.log", true],
    [["/logs/**/a.log"], [], "/logs/a.log", true],
    [["/logs/**/a.log"], [], "/logs/x/y/a.log", true],
    [["/logs/*/a.log"], [], "/logs/x/y/a.log", false],
    [["/logs/{access,error}.{log,txt}"], [], "/logs/error.txt", true],
    [["/logs/{access,error}.{log,txt}"], [], "/logs/other.txt", false],
    [["/logs/!(debug*).log"], [], "/logs/a.log", true],
    [["/logs/!(debug*).log"], [], "/logs/debug-1.log", false],
    [["/logs/*.log"], [], "/logs/.hidden.log", false],
    [["/logs/.*.log"], [], "/logs/.hidden.log", true],
    [["/logs/.hidden.log"], [], "/logs/.hidden.log", true],
    [["/logs/**/*.log"], [], "/logs/.git/a.log", false],
    [["/logs/**/*.log"], ["**/.*"], "/logs/a.log", true],
    [["/logs/[ab].log"], [], "/logs/b.log", true],
    [["/logs/[ab].log"], [], "/logs/[ab].log", true],
    [["/logs/\\[ab\\].log"], [], "/logs/[ab].log", true],
  ];
  for (const [patterns, exclude, path, expected] of cases) {
    it(`${expected ? "takes" : "leaves"} ${path} for ${patterns.join(" ")}${exclude.length > 0 ? ` without ${exclude}` : ""}`, () => {
      assert.equal(createMatcher(patterns, exclude).matches(path), expected);
    });
  }

  const relative: [pattern: string, baseDir: string, path: string, expected: boolean][] = [
    ["**/*.log", "/srv/app", "/srv/app/a.log", true],
    ["**/*.log", "/srv/app", "/srv/app/deep/a.log", true],
    ["**/*.log", "/srv/app", "/srv/other/a.log", false],
    ["**/*.log", "/srv/app", "/a.log", false],
    ["**", "/srv/app", "/srv/other/a.log", false],
    ["../logs/*.log", "/srv/app", "/srv/logs/a.log", true],
    ["../logs/a.log", "/srv/app", "/srv/logs/a.log", true],
    ["../../x/./a.log", "/srv/app", "/x/a.log", true],
    ["../../../x/a.log", "/srv/app", "/x/a.log", true],
    ["./logs//*.log", "/srv/app", "/srv/app/logs/a.log", true],
    ["/srv/app/../logs/*.log", "/elsewhere", "/srv/logs/a.log", true],
    ["../logs/*.log", "/srv/my [app] (1)", "/srv/logs/a.log", true],
    ["../[x]/*.log", "/srv/a+b/app", "/srv/a+b/x/a.log", true],
    ["logs/../*.log", "/srv/my [app] (1)", "/srv/my [app] (1)/a.log", true],
    ["*", "/", "/a.log", true],
    ["a.log", "/", "/a.log", true],
    ["*.log", "/srv/my logs", "/srv/my logs/a.log", true],
    ["*.log", "/srv/[app] {1}", "/srv/[app] {1}/a.log", true],
    ["*.log", "/srv/[app]", "/srv/a/a.log", false],
  ];
  for (const [pattern, baseDir, path, expected] of relative) {
    it(`${expected ? "takes" : "leaves"} ${path} for ${pattern} in ${baseDir}`, () => {
      const matcher = createMatcher([absoluteGlob(pattern, baseDir)], []);
      assert.equal(matcher.matches(path), expected);
      if (expected) assert.ok(matcher.roots.every((root) => path.startsWith(root)));
      else assert.ok(!matcher.roots.includes("/"));
    });
  }

  it("finds the way up from any folder, whatever its name holds (property)", () => {
    const name = fc
      .string({ unit: fc.constantFrom(..."ab.*?[]{}()!+@|, $^"), minLength: 1, maxLength: 6 })
      .filter((text) => text !== "." && text !== "..");
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.nat(5), (segments, most) => {
        const up = "../".repeat(Math.min(most, segments.length));
        const baseDir = `/top/${segments.join("/")}`;
        for (const file of ["a.log", "*.log", "**/*.log"]) {
          const matcher = createMatcher([absoluteGlob(up + file, baseDir)], []);
          assert.ok(matcher.matches(resolve(baseDir, up, "a.log")));
        }
      }),
    );
  });

  it("leaves out by name in any folder, and by path from the folder of the configuration", () => {
    const leftOut = (glob: string, path: string): boolean =>
      !createMatcher(["/**/*"], [excludeGlob(glob, "/srv/app")]).matches(path);
    for (const path of ["/srv/app/x.tmp", "/elsewhere/x.tmp"]) {
      assert.ok(leftOut("*.tmp", path));
      assert.ok(leftOut("**/*.tmp", path));
    }
    assert.ok(leftOut("old/*.log", "/srv/app/old/a.log"));
    assert.ok(!leftOut("old/*.log", "/elsewhere/old/a.log"));
    assert.ok(leftOut("../old/*.log", "/srv/old/a.log"));
  });

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

  it("finds files behind linked folders, and does not walk in circles", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "logs"));
    mkdirSync(join(folder, "releases", "[1] a b"), { recursive: true });
    writeFileSync(join(folder, "releases", "[1] a b", "a.log"), "");
    symlinkSync(join(folder, "releases", "[1] a b"), join(folder, "logs", "current"));
    symlinkSync("..", join(folder, "logs", "back"));
    symlinkSync(folder, join(folder, "logs", "top"));
    symlinkSync("nowhere", join(folder, "logs", "broken"));
    for (const glob of [
      ["*", "a.log"],
      ["**", "a.log"],
      ["current", "a.log"],
    ]) {
      const matcher = createMatcher([join(folder, "logs", ...glob)], []);
      const discovery = createDiscovery(matcher, () => {}, silent);
      t.after(() => discovery.close());
      assert.deepEqual(await discovery.start(), [join(folder, "logs", "current", "a.log")]);
    }
  });
});
