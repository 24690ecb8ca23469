import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { clear, remove, settingsFile, settingsRead, slowSaves, source, writeSettings } from "./window.ts";

const plain = (name: string) => ({ type: "file", paths: [`logs/${name}.log`], parser: "plain" });

describe("settings that VS Code saves by itself as soon as they are edited", () => {
  before(clear);
  after(async () => {
    await clear();
    remove("logs");
  });

  it("are changed all the same: a save that it refuses meanwhile is waited for", async () => {
    await writeSettings({
      "files.autoSave": "afterDelay",
      "files.autoSaveDelay": 1,
      "logMonitor.sources": { a: plain("a"), b: plain("b") },
    });
    await settingsRead();
    await source("b");
    const saves = slowSaves(settingsFile());
    try {
      await vscode.commands.executeCommand("logMonitor.removeLog", { source: "b" });
    } finally {
      saves.dispose();
    }
    assert.deepEqual(saves.reasons(), [vscode.TextDocumentSaveReason.AfterDelay]);
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(settingsFile(), "utf8"))["logMonitor.sources"]), [
      "a",
    ]);
  });
});
