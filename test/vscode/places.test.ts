import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ConfigIssue } from "../../src/protocol/engine.ts";
import { fileOfIssue } from "../../src/vscode/places.ts";

const around = {
  folders: [
    { name: "app", path: "/app" },
    { name: "web", path: "/web" },
  ],
  workspaceFile: undefined,
  globalStorage: "/data/User/globalStorage/log-monitor.log-monitor",
};
const at = (origin: ConfigIssue["origin"], more: Partial<ConfigIssue> = {}): ConfigIssue => ({
  severity: "error",
  message: "",
  path: [],
  origin,
  ...more,
});

describe("the file of a refused value", () => {
  it("is the folder's settings for a workspace of one folder, else the .code-workspace", () => {
    assert.deepEqual(fileOfIssue(at("workspace"), around), {
      path: "/app/.vscode/settings.json",
      within: [],
    });
    assert.deepEqual(fileOfIssue(at("workspace"), { ...around, workspaceFile: "/w/all.code-workspace" }), {
      path: "/w/all.code-workspace",
      within: ["settings"],
    });
  });

  it("is that of the folder the issue names", () => {
    const { path } = fileOfIssue(at("folder", { folder: "web", baseDir: "/web" }), around) ?? {};
    assert.equal(path, "/web/.vscode/settings.json");
    assert.equal(fileOfIssue(at("folder", { folder: "web", baseDir: "/gone/web" }), around), undefined);
  });

  it("is that of the very folder where two have one name", () => {
    const folders = ["/one/app", "/two/app"].map((path) => ({ name: "app", path }));
    for (const { path } of folders) {
      const issue = at("folder", { folder: "app", baseDir: path });
      assert.equal(fileOfIssue(issue, { ...around, folders })?.path, `${path}/.vscode/settings.json`);
    }
  });

  it("is found beside the storage for the user's settings", () => {
    assert.equal(fileOfIssue(at("user"), around)?.path, "/data/User/settings.json");
  });

  it("is the configuration file itself, and none for defaults", () => {
    assert.deepEqual(fileOfIssue(at("file", { file: "/app/log-monitor.yaml" }), around), {
      path: "/app/log-monitor.yaml",
      within: undefined,
    });
    assert.equal(fileOfIssue(at("default"), around), undefined);
  });
});
