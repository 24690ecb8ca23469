import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasWork, type Inspected, layersOf, writtenLayers } from "../../src/vscode/layers.ts";

const one = [{ name: "app", path: "/app" }];
const two = [...one, { name: "web", path: "/web" }];
const noFile = { workspaceFileFolder: undefined, multiRoot: false, virtual: false, home: "/home/me" };

describe("layers of settings", () => {
  it("takes user and workspace settings, lowest first, with only what is set", () => {
    const set: Record<string, Inspected> = {
      sources: { globalValue: { a: 1 }, workspaceValue: { b: 2 }, workspaceFolderValue: { b: 2 } },
      monitor: { workspaceValue: false },
    };
    assert.deepEqual(
      layersOf(["sources", "sinks", "monitor"], { ...noFile, folders: one }, (key) => set[key]),
      [
        { origin: "user", baseDir: "/app", values: { sources: { a: 1 } } },
        { origin: "workspace", baseDir: "/app", values: { sources: { b: 2 }, monitor: false } },
      ],
    );
  });

  it("takes each folder's settings where several folders are open, from the folder", () => {
    const inspect = (_key: string, folder: string | undefined): Inspected =>
      folder === "/web" ? { workspaceFolderValue: { w: 1 } } : { workspaceValue: { all: 1 } };
    assert.deepEqual(
      layersOf(
        ["sources"],
        { folders: two, workspaceFileFolder: "/ws", multiRoot: true, virtual: false, home: "/" },
        inspect,
      ),
      [
        { origin: "workspace", baseDir: "/ws", values: { sources: { all: 1 } } },
        { origin: "folder", folder: "web", baseDir: "/web", values: { sources: { w: 1 } } },
      ],
    );
  });

  it("counts the user's relative paths from home when no folder is open", () => {
    const [layer] = layersOf(["sources"], { ...noFile, folders: [] }, () => ({ globalValue: {} }));
    assert.equal(layer?.baseDir, "/home/me");
  });

  it("leaves those of a virtual workspace out, whose logs are no files, and keeps the user's", () => {
    const inspect = () => ({ globalValue: { a: 1 }, workspaceValue: { b: 2 } });
    assert.deepEqual(layersOf(["sources"], { ...noFile, virtual: true, folders: [] }, inspect), [
      { origin: "user", baseDir: "/home/me", values: { sources: { a: 1 } } },
    ]);
  });

  for (const [what, place, written] of [
    ["no folder", { folders: [] }, ["user"]],
    ["a folder", { folders: one }, ["workspace"]],
    ["a folder of another file system", { folders: [], virtual: true }, ["user"]],
    [
      "a saved workspace",
      { folders: two, multiRoot: true, workspaceFileFolder: "/ws" },
      ["workspace", "app", "web"],
    ],
    [
      "a saved workspace of folders elsewhere",
      { folders: [], multiRoot: true, workspaceFileFolder: "/ws" },
      ["workspace"],
    ],
    ["a workspace elsewhere, of a folder here", { folders: one, multiRoot: true }, ["workspace", "app"]],
    [
      "a workspace that is elsewhere as its folders are",
      { folders: [], multiRoot: true, virtual: true },
      ["user"],
    ],
  ] as const) {
    it(`writes only to what is read, with ${what} open`, () => {
      const open = { ...noFile, ...place };
      const inspect = () => ({ globalValue: {}, workspaceValue: {}, workspaceFolderValue: {} });
      const name = ({ origin, folder }: { origin: string; folder?: string | undefined }) => folder ?? origin;
      const read = layersOf(["sinks"], open, inspect).map(name);
      const wanted = writtenLayers(open).map(({ origin, folder }) => name({ origin, folder: folder?.name }));
      assert.deepEqual(wanted, written);
      for (const layer of wanted) assert.ok(read.includes(layer), `${layer} is not among ${read}`);
    });
  }

  it("knows whether there is work: sources, or a file that may have some", () => {
    const layer = (values: unknown) => [{ origin: "user" as const, baseDir: "/", values }];
    assert.equal(hasWork([]), false);
    assert.equal(hasWork(layer({ sources: {}, monitor: false })), false);
    assert.equal(hasWork(layer({ sources: null })), false);
    assert.equal(hasWork(layer({ sources: { a: {} } })), true);
    assert.equal(hasWork(layer({ configFile: "log-monitor.yaml" })), true);
  });
});
