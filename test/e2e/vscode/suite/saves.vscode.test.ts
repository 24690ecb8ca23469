import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import {
  append,
  clear,
  logMonitor,
  remove,
  settingsFile,
  settingsRead,
  slowSaves,
  source,
  until,
  writeSettings,
} from "./window.ts";

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

  it("are no fewer while another program writes them, in a file that is empty first", async () => {
    const settings = { "logMonitor.sources": { a: plain("a"), b: plain("b") } };
    append("logs/b.log", "one");
    await writeSettings(settings);
    await source("b", ({ state }) => state === "watching");
    await vscode.commands.executeCommand("logMonitor.pause", { source: "b" });
    await source("b", ({ state }) => state === "paused");
    const api = await logMonitor();
    const seen = new Set<number>();
    const looking = setInterval(() => seen.add(api.snapshot()?.sources.length ?? 0), 20);
    try {
      writeFileSync(settingsFile(), "");
      const sources = () =>
        vscode.workspace.getConfiguration("logMonitor").inspect("sources")?.workspaceValue;
      await until(() => sources() === undefined, { what: "VS Code to see it empty" });
      await writeSettings(settings);
      // What it takes to apply it is over once something else has been.
      await writeSettings({ ...settings, "logMonitor.sinks": { out: { type: "file", path: "out.ndjson" } } });
      await until(() => api.snapshot()?.sinks.some(({ id }) => id === "out"), { what: "the sink" });
    } finally {
      clearInterval(looking);
    }
    assert.deepEqual([...seen], [2]);
    await source("b", ({ state }) => state === "paused");
  });
});
