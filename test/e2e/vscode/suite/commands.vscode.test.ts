import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { COMMANDS, type CommandId } from "../../../../src/vscode/ids.ts";
import {
  accepting,
  append,
  clear,
  folder,
  logMonitor,
  remove,
  settingsFile,
  settingsRead,
  source,
  until,
  writeSettings,
} from "./window.ts";

const run = (id: CommandId, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
const settings = () => JSON.parse(readFileSync(settingsFile(), "utf8"));
const shown = () => vscode.window.activeTextEditor?.document;
/** The messages in the file that a sink writes. */
const kept = () =>
  [...readFileSync(join(folder(), "out", "records.ndjson"), "utf8").matchAll(/"message":"(\w+)"/g)].map(
    ([, message]) => message,
  );

describe("commands", () => {
  before(async () => {
    await clear();
    append("logs/a.log", "one");
    await writeSettings({
      "logMonitor.sources": {
        a: { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start" },
        b: { type: "file", paths: ["logs/b.log"], parser: "plain", from: "start" },
      },
      "logMonitor.sinks": { out: { type: "file", path: "out/records.ndjson" } },
    });
    await source("a", ({ lines }) => lines === 1);
  });
  after(async () => {
    await run("logMonitor.stopSampleLog");
    await clear();
    for (const name of ["logs", "out", "watch.yaml"]) remove(name);
  });

  it("are all there", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const id of COMMANDS) assert.ok(known.has(id), id);
  });

  it("pause and resume one source, which then reads what came meanwhile", async () => {
    await run("logMonitor.pause", { source: "a" });
    await source("a", ({ state }) => state === "paused");
    assert.notEqual((await source("b")).state, "paused");
    append("logs/a.log", "two");
    await run("logMonitor.resume", { source: "a" });
    await source("a", ({ lines, state }) => lines === 2 && state === "watching");
  });

  it("pause, resume, stop and start all logs when none is named", async () => {
    const states = async () => (await logMonitor()).snapshot()?.sources.map(({ state }) => state) ?? [];
    // The first choice is all of them.
    const all = (id: CommandId, done: (state: string) => boolean) =>
      accepting(
        () => run(id),
        async () => (await states()).every(done),
        id,
      );
    await all("logMonitor.pause", (state) => state === "paused");
    await all("logMonitor.resume", (state) => state === "watching" || state === "waiting");
    await all("logMonitor.stop", (state) => state === "stopped");
    await all("logMonitor.start", (state) => state === "watching" || state === "waiting");
  });

  it("stop and start one source, which goes on where it was", async () => {
    await run("logMonitor.stop", { source: "a" });
    await source("a", ({ state }) => state === "stopped");
    append("logs/a.log", "three");
    await run("logMonitor.start", { source: "a" });
    await source("a", ({ state }) => state === "watching");
    await until(() => kept().includes("three"), { what: "the line that came meanwhile" });
    assert.deepEqual(kept(), ["one", "two", "three"]);
  });

  it("open a log, and the configuration", async () => {
    await run("logMonitor.openLog", { source: "a", path: join(folder(), "logs", "a.log") });
    await until(() => shown()?.uri.fsPath.endsWith("a.log"), { what: "the log" });
    await run("logMonitor.openConfiguration");
    await until(() => shown()?.uri.fsPath === settingsFile(), { what: "the settings" });
  });

  it("open the configuration file where one is named, whatever variables its path has", async () => {
    const before = settings();
    writeFileSync(join(folder(), "watch.yaml"), "sources: {}\n");
    await writeSettings({ ...before, "logMonitor.configFile": "${workspaceFolder}/watch.yaml" });
    await run("logMonitor.openConfiguration");
    await until(() => shown()?.uri.fsPath === join(folder(), "watch.yaml"), { what: "the file" });
    await writeSettings(before);
  });

  it("open the configuration of a row where it stands, in the settings or in the file", async () => {
    const before = settings();
    const line = () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document.lineAt(editor.selection.start.line).text.trim() ?? "";
    };
    const opens = async (row: object, file: string, wanted: RegExp) => {
      await run("logMonitor.openConfiguration", row);
      await until(() => shown()?.uri.fsPath === file && wanted.test(line()), {
        what: `${wanted} in ${file}`,
      });
    };
    await opens({ id: "source:b", source: "b" }, settingsFile(), /^"b":/);
    await opens({ id: "sink:out" }, settingsFile(), /^"out":/);
    const file = join(folder(), "watch.yaml");
    writeFileSync(file, "sources:\n  a:\n    parser: plain\n    paths: [logs/a.log]\n    from: start\n");
    await writeSettings({ ...before, "logMonitor.configFile": "watch.yaml" });
    await opens({ id: "source:a", source: "a" }, file, /^a:/);
    await opens({ id: "source:b", source: "b" }, settingsFile(), /^"b":/);
    await writeSettings(before);
  });

  it("copy the path of a log", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const path = join(folder(), "logs", "a.log");
    // A browser lets nobody at the clipboard while the focus is on its way from what was closed.
    await until(
      async () => {
        assert.equal(await run("logMonitor.copyPath", { source: "a" }), path);
        return (await vscode.env.clipboard.readText()) === path;
      },
      { every: 200, what: "the path in the clipboard" },
    );
  });

  it("show the checkpoints as a document that can't be edited", async () => {
    await run("logMonitor.showCheckpoints");
    const document = await until(() => (shown()?.uri.scheme === "log-monitor" ? shown() : undefined), {
      what: "the checkpoints",
    });
    assert.match(document.getText(), /Source +Offset/);
    assert.ok(document.getText().includes(join(folder(), "logs", "a.log")));
  });

  it("explain where each value of the configuration comes from", async () => {
    await run("logMonitor.explainConfiguration");
    const document = await until(
      () => (shown()?.uri.scheme === "log-monitor-configuration" ? shown() : undefined),
      { what: "the explanation" },
    );
    assert.match(document.getText(), /^sources\.a\n(?: {2}.*\n)* {2}paths += .*workspace settings$/m);
  });

  it("convert a configuration file of an old layout", async () => {
    const file = join(folder(), "config.yaml");
    writeFileSync(file, "configpath:\n  old: logs/old.log\n");
    await run("logMonitor.convertConfiguration", { fsPath: file });
    const document = await until(() => (shown()?.languageId === "yaml" ? shown() : undefined), {
      what: "the modern form",
    });
    assert.match(document.getText(), /^sources:\n {2}old:\n {4}paths:\n {6}- logs\/old\.log$/m);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("open the dashboard, once", async () => {
    await run("logMonitor.openDashboard");
    await run("logMonitor.openDashboard");
    const tabs = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(
          ({ input }) =>
            input instanceof vscode.TabInputWebview && /logMonitor\.dashboard/.test(input.viewType),
        );
    await until(() => tabs().length === 1, { what: "the dashboard" });
    // A page that has the focus keeps a browser from reading and writing the clipboard.
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("open a log view for one file of a source, by the file's name", async () => {
    const path = join(folder(), "logs", "a.log");
    await run("logMonitor.openLogView", { id: `file:a:${path}`, source: "a", path });
    const labels = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ label }) => label);
    await until(() => labels().includes("Log: a.log"), { what: "the view" });
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("copy diagnostics without any secret", async () => {
    const before = settings();
    await writeSettings({
      ...before,
      "logMonitor.sinks": {
        out: { type: "file", path: "out/records.ndjson" },
        influx: { type: "influxdb", dsn: "http://127.0.0.1:9@canaryUser@canaryPass@nginx@s" },
      },
    });
    await vscode.commands.executeCommand("logMonitor.logs.focus");
    const copied = async () => String(await run("logMonitor.copyDiagnostics"));
    const text = await until(
      async () => {
        const now = await copied();
        if (now.includes("nginx@s")) return now;
        throw new Error(`it is ${now.length} characters: ${now.slice(0, 50)}`);
      },
      { what: "the sink in the diagnostics" },
    );
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /"lines": \d+/);
    await writeSettings(before);
    await until(async () => !(await copied()).includes("nginx@s"), { what: "the sink to be gone" });
  });

  it("show the output", async () => {
    await run("logMonitor.showOutput");
  });

  it("add a log from what is known, to the settings of the folder", async () => {
    await settingsRead();
    const path = append("logs/added.log", "x", "y");
    const id = await run("logMonitor.addLog", { path, parser: "plain", from: "start" });
    assert.equal(id, "added");
    assert.deepEqual(settings()["logMonitor.sources"].added, {
      type: "file",
      paths: ["logs/added.log"],
      parser: "plain",
      from: "start",
    });
    await source("added", ({ lines }) => lines === 2);
    assert.equal(await run("logMonitor.addLog", { path, parser: "plain", from: "start" }), "added");
    assert.equal(Object.keys(settings()["logMonitor.sources"]).length, 3);
  });

  it("watch a file of the explorer, asking only for what is not known", async () => {
    await settingsRead();
    const path = append("logs/explored.log", "time=2026-01-02T03:04:05Z level=info msg=x");
    // The first choice of each list: the parser that is found by itself, and from the start.
    const id = await accepting(
      () => run("logMonitor.watchFile", vscode.Uri.file(path)),
      () => Boolean(settings()["logMonitor.sources"].explored),
      "the source",
    );
    assert.equal(id, "explored");
    assert.deepEqual(settings()["logMonitor.sources"].explored, {
      type: "file",
      paths: ["logs/explored.log"],
      parser: "auto",
      from: "start",
    });
    await source("explored", ({ lines, parser }) => lines === 1 && parser === "auto (logfmt)");
  });

  it("remove a log from the settings, and leave its file alone", async () => {
    await settingsRead();
    assert.ok(settings()["logMonitor.sources"].added);
    await run("logMonitor.removeLog", { id: "source:added", source: "added" });
    assert.equal(settings()["logMonitor.sources"].added, undefined);
    const api = await logMonitor();
    const ids = () => api.snapshot()?.sources.map(({ id }) => id) ?? [];
    await until(() => !ids().includes("added"), { what: "the log to be gone" });
    assert.ok(ids().includes("a"));
    assert.equal(readFileSync(join(folder(), "logs", "added.log"), "utf8"), "x\ny\n");
  });

  it("write a sample log that is watched, until told to stop", async () => {
    await run("logMonitor.generateSampleLog");
    await source("sample-access", ({ lines }) => lines >= 5);
    await run("logMonitor.stopSampleLog");
    const path = join(folder(), "logs", "sample-access.log");
    assert.ok(existsSync(path));
    const { lines, unparsed } = await source("sample-access");
    assert.equal(unparsed, 0, `${lines} lines`);
  });

  it("do nothing to an engine that runs when asked to restart it", async () => {
    const before = (await logMonitor()).snapshot()?.startedAt;
    await run("logMonitor.restartEngine");
    await source("a");
    assert.equal((await logMonitor()).snapshot()?.startedAt, before);
  });
});
