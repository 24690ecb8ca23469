import assert from "node:assert/strict";
import * as vscode from "vscode";
import manifest from "../../../../package.json" with { type: "json" };

describe("the extension in its host", () => {
  it("is found and activates", async () => {
    const extension = vscode.extensions.getExtension(`${manifest.publisher}.${manifest.name}`);
    assert.ok(extension, "VS Code does not list the extension");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
