import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import picomatch from "picomatch";
import { judges } from "../../src/multiline/index.ts";
import { parsers } from "../../src/parsers/index.ts";
import {
  engineId,
  GROUPINGS,
  literalGlob,
  PARSERS,
  settingsPath,
  sourceId,
  typedPath,
} from "../../src/vscode/new-source.ts";
import { layer, load } from "../config/load.ts";

describe("a new source", () => {
  for (const [path, id] of [
    ["/var/log/nginx/access.log", "access"],
    ["logs/*.log", "log"],
    ["logs/My App_v2*.ndjson", "my-app-v2"],
    ["/var/log/syslog", "syslog"],
    ["日志.log", "log"],
  ] as const) {
    it(`is called ${id} for ${path}`, () => assert.equal(sourceId(path, new Set()), id));
  }

  it("never takes an id that is taken", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom("log", "log-2", "log-3", "a", "a-2")),
        (path, ids) => {
          const taken = new Set<string>(ids);
          const id = sourceId(path, taken);
          assert.ok(!taken.has(id));
          assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
        },
      ),
    );
  });

  it("is called as the engine calls it, in the settings of one of several folders as in the workspace's", async () => {
    const sources = { access: { paths: "access.log" } };
    const { config } = await load(undefined, {
      folders: [
        { name: "web", path: "/web" },
        { name: "api", path: "/api" },
      ],
      layers: [
        layer("workspace", { sources }),
        layer("folder", { sources }, { folder: "api", baseDir: "/api" }),
      ],
    });
    const homes = [{ label: "Workspace" }, { label: "api", scope: "file:///api" }];
    assert.deepEqual(
      homes.map((home) => engineId(home, "access")),
      [...config.sources.keys()],
    );
  });

  it("means the one file by its literal glob, whatever its name", () => {
    const name = fc.string({ unit: fc.constantFrom(..."ab.*?[]{}()!+@|\\ "), minLength: 1 });
    fc.assert(
      fc.property(name, name, (path, other) => {
        const full = `/l/x${path}`;
        const { isGlob } = picomatch.scan(literalGlob(full));
        assert.equal(isGlob, false);
        assert.equal(literalGlob(full).replace(/\\(.)/g, "$1"), full);
        if (other !== path) assert.notEqual(literalGlob(other), literalGlob(path));
      }),
    );
  });

  it("can have every parser that works without options", () => {
    const plain = Object.values(parsers).filter(({ options }) => options.safeParse({}).success);
    assert.deepEqual([...PARSERS].sort(), plain.map(({ name }) => name).sort());
    assert.deepEqual([...GROUPINGS], [...judges.keys()]);
  });

  it("is in the folder whose name a typed path begins with, where there are several", () => {
    const folders = [
      { name: "web", path: "/w/web" },
      { name: "The API", path: "/w/api" },
    ];
    assert.equal(typedPath("The API/logs/*.log", folders), "/w/api/logs/*.log");
    assert.equal(typedPath("web/app.log", folders), "/w/web/app.log");
    assert.equal(typedPath("logs/app.log", folders), "logs/app.log");
    assert.equal(typedPath("web", folders), "web", "a log that is called as the folder is");
    assert.equal(typedPath("/web/app.log", folders), "/web/app.log");
    assert.equal(typedPath("web/app.log", folders.slice(0, 1)), "web/app.log", "a folder within the folder");
  });

  it("holds its path relative to the folder it lies in, else whole", () => {
    assert.equal(settingsPath("/w/logs/a.log", "/w"), "logs/a.log");
    assert.equal(settingsPath("/w2/a.log", "/w"), "/w2/a.log");
    assert.equal(settingsPath("/w", "/w"), "/w");
    assert.equal(settingsPath("/w/..a/x.log", "/w"), "..a/x.log");
    assert.equal(settingsPath("logs/*.log", "/w"), "logs/*.log");
    assert.equal(settingsPath("/a.log", undefined), "/a.log");
  });
});
