import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasWork, type Inspected, layersOf } from "../../src/vscode/layers.ts";

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

  it("knows whether there is work: sources, or a file that may have some", () => {
    const layer = (values: unknown) => [{ origin: "user" as const, baseDir: "/", values }];
    assert.equal(hasWork([]), false);
    assert.equal(hasWork(layer({ sources: {}, monitor: false })), false);
    assert.equal(hasWork(layer({ sources: null })), false);
    assert.equal(hasWork(layer({ sources: { a: {} } })), true);
    assert.equal(hasWork(layer({ configFile: "log-monitor.yaml" })), true);
  });
});
