import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { CommandId } from "../../../../src/vscode/ids.ts";
import { append, clear, editorWhere, remove, source, writeSettings } from "./window.ts";

const run = <T>(id: CommandId) => vscode.commands.executeCommand<T>(id);

describe("where is this line", () => {
  let path = "";
  before(async () => {
    await clear();
    path = append("logs/where.log", "line one", "line two", "line three");
    await writeSettings({
      "logMonitor.sources": {
        a: { type: "file", paths: ["logs/where.log"], parser: "plain", from: "start" },
      },
    });
    await source("a", ({ files }) =>
      files.some(({ account }) => account?.sinks.some(({ delivered }) => delivered.records === 3)),
    );
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await clear();
    remove("logs");
  });

  it("is told of the line that the cursor is on, with its record and each sink", async () => {
    const document = await vscode.workspace.openTextDocument(path);
    const selection = new vscode.Range(1, 1, 1, 1);
    await vscode.window.showTextDocument(document, { selection });
    await editorWhere(
      ({ document, selection }) => document.uri.fsPath === path && selection.active.line === 1,
      "the line",
    );
    const text = await run<string>("logMonitor.whereIsLine");
    assert.match(
      text,
      /^Line 2 of .*where\.log\n {2}source a, byte 9: read, record [0-9a-f]{16}-9\n {4}store: delivered\n$/,
    );
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
  });
});
