import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { ConfigInput, ConfigIssue, Layer } from "../../src/protocol/engine.ts";
import { layersWith, type Spot, spotOfIssue, spotOfItem } from "../../src/vscode/whereabouts.ts";
import { tempFolder } from "../helpers/temp.ts";

/** Two folders with settings of their own, in a workspace that has some too. */
function workspace(t: TestContext, configFile?: string) {
  const home = tempFolder(t);
  const layers: Layer[] = [];
  const write = (name: string, values: object, within?: string) => {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    const flat = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`logMonitor.${key}`, value]),
    );
    writeFileSync(path, JSON.stringify(within ? { [within]: flat } : flat, undefined, 2));
    return values;
  };
  const shared = { sources: { all: { paths: ["all.log"] } }, ...(configFile && { configFile }) };
  layers.push({
    origin: "workspace",
    baseDir: home,
    values: write("shop.code-workspace", shared, "settings"),
  });
  for (const folder of ["web", "api"]) {
    const values = write(`${folder}/.vscode/settings.json`, {
      sources: { app: { paths: [`${folder}.log`] } },
    });
    layers.push({ origin: "folder", folder, baseDir: join(home, folder), values });
  }
  const folders = ["web", "api"].map((name) => ({ name, path: join(home, name) }));
  const input: ConfigInput = { layers, folders, trusted: true, dataDir: join(home, "data") };
  const around = {
    folders,
    workspaceFile: join(home, "shop.code-workspace"),
    globalStorage: join(home, "user", "globalStorage", "log-monitor"),
  };
  return { home, input, around };
}

const lineAt = (spot: Spot | undefined) => {
  assert.ok(spot);
  const [line, from] = spot.range;
  return readFileSync(spot.file, "utf8").split("\n")[line]?.slice(from);
};

describe("where the configuration has something", () => {
  it("is the settings of the folder that a source is called by", async (t) => {
    const { home, input, around } = workspace(t);
    const spot = await spotOfItem(["sources", "api/app"], input, around);
    assert.equal(spot?.file, join(home, "api", ".vscode", "settings.json"));
    assert.equal(lineAt(spot), '"app": {');
    assert.deepEqual(
      layersWith(["sources", "api/app"], input).map(({ folder }) => folder),
      ["api"],
    );
  });

  it("is, of two folders of one name that have a source of one id, the first: the other's is not read", async (t) => {
    const { home, input, around } = workspace(t);
    const called = <T>(folders: readonly T[]) => folders.map((folder) => ({ ...folder, name: "shop" }));
    const [shared, ...own] = input.layers;
    assert.ok(shared);
    const layers = [shared, ...own.map((layer) => ({ ...layer, folder: "shop" }))];
    const twins = { ...input, folders: called(input.folders), layers };
    const near = { ...around, folders: called(around.folders) };
    const path = ["sources", "shop/app"];
    const spot = await spotOfItem(path, twins, near);
    assert.equal(spot?.file, join(home, "web", ".vscode", "settings.json"));
    assert.deepEqual(
      layersWith(path, twins).map(({ baseDir }) => baseDir),
      [join(home, "web")],
    );
    const refused: ConfigIssue = {
      severity: "error",
      message: "is not read",
      path: ["sources", "app"],
      origin: "folder",
      folder: "shop",
      baseDir: join(home, "api"),
    };
    const mark = await spotOfIssue(refused, twins, near);
    assert.equal(mark?.file, join(home, "api", ".vscode", "settings.json"));
    assert.equal(lineAt(mark), '"app": {');
  });

  it("is the workspace's file for what all folders share", async (t) => {
    const { home, input, around } = workspace(t);
    const spot = await spotOfItem(["sources", "all"], input, around);
    assert.equal(spot?.file, join(home, "shop.code-workspace"));
    assert.equal(lineAt(spot), '"all": {');
  });

  it("is the workspace's file alone for what a folder has under the same id", async (t) => {
    const { home, input, around } = workspace(t);
    const path = ["sources", "app"];
    assert.deepEqual(layersWith(path, input), [], "a folder's source is not called by its bare id");
    const [shared, ...folders] = input.layers;
    const values = { sources: { app: { paths: ["shared.log"] } } };
    writeFileSync(
      join(home, "shop.code-workspace"),
      JSON.stringify({ settings: { "logMonitor.sources": values.sources } }, undefined, 2),
    );
    assert.ok(shared);
    const both = { ...input, layers: [{ ...shared, values }, ...folders] };
    assert.deepEqual(
      layersWith(path, both).map(({ origin }) => origin),
      ["workspace"],
    );
    const spot = await spotOfItem(path, both, around);
    assert.equal(spot?.file, join(home, "shop.code-workspace"));
    assert.equal(lineAt(spot), '"app": {');
  });

  it("is the configuration file before the settings, and only for what it has", async (t) => {
    const { home, input, around } = workspace(t, "log-monitor.yaml");
    const file = join(home, "log-monitor.yaml");
    writeFileSync(file, "# all:\nsources:\n  all:\n    paths: [x.log]\n");
    const spot = await spotOfItem(["sources", "all"], input, around);
    assert.equal(spot?.file, file);
    assert.equal(lineAt(spot), "all:");
    const other = await spotOfItem(["sources", "web/app"], input, around);
    assert.equal(other?.file, join(home, "web", ".vscode", "settings.json"));
  });

  it("is nowhere for what is not configured", async (t) => {
    const { input, around } = workspace(t);
    assert.equal(await spotOfItem(["sources", "gone"], input, around), undefined);
    assert.equal(await spotOfItem(["sinks"], input, around), undefined);
  });

  it("is where the settings name it for a configuration file that can't be read", async (t) => {
    const { home, input, around } = workspace(t, "gone.yaml");
    const issue: ConfigIssue = {
      severity: "error",
      message: "the file does not exist",
      path: [],
      origin: "file",
      file: join(home, "gone.yaml"),
      line: 1,
      column: 1,
    };
    const spot = await spotOfIssue(issue, input, around);
    assert.equal(spot?.file, join(home, "shop.code-workspace"));
    assert.equal(lineAt(spot), '"logMonitor.configFile": "gone.yaml"');
  });
});
