import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../helpers/temp.ts";
import { layer, load, pathsOf, said } from "./load.ts";

describe("configuration of several origins", () => {
  it("lets later layers override whole items", async () => {
    const { config } = await load(undefined, {
      layers: [
        layer("user", { sources: { a: { paths: "user.log" }, b: { paths: "b.log" } } }),
        layer("workspace", { sources: { a: { paths: "workspace.log" } } }),
      ],
    });
    assert.deepEqual(pathsOf(config, "a"), ["/srv/app/workspace.log"]);
    assert.deepEqual([...config.sources.keys()].sort(), ["a", "b"]);
  });

  it("gives sources of folders in a workspace of several the folder's name", async () => {
    const { config, issues } = await load(undefined, {
      folders: [
        { name: "one", path: "/one" },
        { name: "two", path: "/two" },
      ],
      layers: [
        layer("folder", { sources: { a: { paths: "a.log" } } }, { folder: "one", baseDir: "/one" }),
        layer("folder", { sources: { a: { paths: "a.log" } } }, { folder: "two", baseDir: "/two" }),
      ],
    });
    assert.deepEqual(issues, []);
    assert.deepEqual(
      [...config.sources].map(([id, { options }]) => [id, (options as { paths: string[] }).paths[0]]),
      [
        ["one/a", "/one/a.log"],
        ["two/a", "/two/a.log"],
      ],
    );
  });

  it("keeps the names of a folder's sources when the other folders are taken away", async () => {
    const { config } = await load(undefined, {
      folders: [{ name: "two", path: "/two" }],
      layers: [layer("folder", { sources: { a: { paths: "a.log" } } }, { folder: "two", baseDir: "/two" })],
    });
    assert.deepEqual([...config.sources.keys()], ["two/a"]);
  });

  it("reads the sources of two folders of one name, and says which can't be told apart", async () => {
    const sources = (...ids: string[]) => ({
      sources: Object.fromEntries(ids.map((id) => [id, { paths: `\${workspaceFolder}/${id}.log` }])),
    });
    const loaded = await load(undefined, {
      folders: [
        { name: "app", path: "/one/app" },
        { name: "app", path: "/two/app" },
      ],
      layers: [
        layer("folder", sources("a", "b"), { folder: "app", baseDir: "/one/app" }),
        layer("folder", sources("a", "c"), { folder: "app", baseDir: "/two/app" }),
      ],
    });
    assert.deepEqual(
      [...loaded.config.sources.keys()].map((id) => [id, pathsOf(loaded.config, id)]),
      [
        ["app/a", ["/one/app/a.log"]],
        ["app/b", ["/one/app/b.log"]],
        ["app/c", ["/two/app/c.log"]],
      ],
    );
    assert.deepEqual(said(loaded), [
      'sources.a: /one/app has a source "app/a" too, so that of /two/app is not read: give one of the two folders another "name" in the .code-workspace',
    ]);
    assert.deepEqual(
      loaded.issues.map(({ severity, origin, folder, baseDir }) => [severity, origin, folder, baseDir]),
      [["error", "folder", "app", "/two/app"]],
    );
  });

  it("means by the workspace folder the one whose settings name it", async () => {
    const { config } = await load(undefined, {
      folders: [
        { name: "one", path: "/one" },
        { name: "two", path: "/two" },
      ],
      layers: [
        layer("user", { sources: { u: { paths: "${workspaceFolder}/u.log" } } }),
        layer(
          "folder",
          { sources: { a: { paths: ["${workspaceFolder}/a.log", "${workspaceFolder:one}/b.log"] } } },
          { folder: "two", baseDir: "/two" },
        ),
      ],
    });
    assert.deepEqual(pathsOf(config, "u"), ["/one/u.log"]);
    assert.deepEqual(pathsOf(config, "two/a"), ["/two/a.log", "/one/b.log"]);
  });

  it("keeps an untrusted workspace inside itself and silent", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "logs"));
    symlinkSync("/etc", join(folder, "escape"));
    const values = {
      sources: {
        inside: { paths: "logs/*.log" },
        outside: { paths: "/var/log/x.log" },
        escape: { paths: "escape/*.log" },
        above: { paths: "../x.log" },
      },
      sinks: { i: { type: "influxdb", dsn: "http://h:1@u@p@d@s" }, out: { type: "file", path: "x" } },
      monitor: { port: 1 },
      configFile: "c.yaml",
    };
    const loaded = await load(undefined, {
      trusted: false,
      folders: [{ name: "app", path: folder }],
      layers: [layer("workspace", values, { baseDir: folder })],
    });
    assert.deepEqual([...loaded.config.sources.keys()], ["inside"]);
    assert.deepEqual([...loaded.config.sinks.keys()], ["store"]);
    assert.equal(loaded.config.monitor, false);
    assert.deepEqual(loaded.files, []);
    assert.equal(loaded.issues.length, 7);
    for (const { severity, message } of loaded.issues) {
      assert.equal(severity, "warning");
      assert.match(message, /trust the workspace to allow it/);
    }
  });
});
