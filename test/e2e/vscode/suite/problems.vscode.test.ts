import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import {
  append,
  clear,
  editorWhere,
  folder,
  logMonitor,
  remove,
  settingsFile,
  source,
  until,
  writeSettings,
} from "./window.ts";

const good = { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start" };
const marks = (path: string) =>
  vscode.languages.getDiagnostics(vscode.Uri.file(path)).filter(({ source }) => source === "Log Monitor");

describe("values that are refused", () => {
  before(async () => {
    await clear();
    append("logs/a.log", "one");
    await writeSettings({ "logMonitor.sources": { a: good } });
    await source("a", ({ lines }) => lines === 1);
  });
  after(async () => {
    await clear();
    remove("logs");
    for (const name of ["log-monitor.yaml", "conf"]) remove(name);
  });

  it("are marked in the settings where they stand, and the old configuration stays in force", async () => {
    await writeSettings(`{
  "logMonitor.sources": {
    "a": { "type": "file", "paths": ["logs/a.log"], "parser": "plain", "from": "start" },
    "b": {
      "type": "file",
      "paths": ["logs/b.log"],
      "parser": "no-such-parser"
    }
  }
}
`);
    const [mark] = await until(() => (marks(settingsFile()).length > 0 ? marks(settingsFile()) : undefined), {
      what: "a mark",
    });
    assert.equal(mark!.range.start.line, 6);
    assert.equal(mark!.severity, vscode.DiagnosticSeverity.Error);
    assert.match(mark!.message, /no-such-parser/);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("logMonitor.openConfiguration");
    await editorWhere(
      ({ document, selection }) => document.uri.fsPath === settingsFile() && selection.start.line === 6,
      "the place in the settings",
    );
    append("logs/a.log", "two");
    await source("a", ({ lines }) => lines === 2);
    const api = await logMonitor();
    assert.deepEqual(
      api.snapshot()?.sources.map(({ id }) => id),
      ["a"],
    );
  });

  it("lose their mark once they are mended", async () => {
    await writeSettings({ "logMonitor.sources": { a: good } });
    await until(() => marks(settingsFile()).length === 0, { what: "no mark" });
    assert.equal((await source("a")).lines, 2);
  });

  it("are marked in the configuration file by line", async () => {
    const path = join(folder(), "log-monitor.yaml");
    writeFileSync(path, "sources:\n  b:\n    type: file\n    paths: [logs/b.log]\n    parsre: plain\n");
    await writeSettings({ "logMonitor.sources": { a: good }, "logMonitor.configFile": "log-monitor.yaml" });
    const [mark] = await until(() => (marks(path).length > 0 ? marks(path) : undefined), { what: "a mark" });
    assert.equal(mark!.range.start.line, 4);
    assert.match(mark!.message, /parser/);
    writeFileSync(path, "sources:\n  b:\n    type: file\n    paths: [logs/b.log]\n    parser: plain\n");
    await until(() => marks(path).length === 0, { what: "no mark" });
    await source("b");
  });

  it("are a configuration file that is not there: marked where it is named, until it is written", async () => {
    const text = `{
  "logMonitor.sources": { "a": ${JSON.stringify(good)} },
  "logMonitor.configFile": "conf/later.yaml"
}
`;
    await writeSettings(text);
    const [mark] = await until(() => (marks(settingsFile()).length > 0 ? marks(settingsFile()) : undefined), {
      what: "a mark",
    });
    assert.equal(mark!.range.start.line, 2);
    assert.match(mark!.message, /does not exist/);
    await vscode.commands.executeCommand("logMonitor.openConfiguration");
    await until(() => vscode.window.activeTextEditor?.selection.start.line === 2, { what: "the place" });
    mkdirSync(join(folder(), "conf"));
    writeFileSync(
      join(folder(), "conf", "later.yaml"),
      "sources:\n  late:\n    paths: [../logs/a.log]\n    parser: plain\n    from: start\n",
    );
    await source("late", ({ lines }) => lines > 0);
    await until(() => marks(settingsFile()).length === 0, { what: "no mark" });
    remove("conf");
  });

  const other = { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start", enabled: false };
  const refused: [setting: string, value: string, place: string, says: RegExp][] = [
    ["sources", '{ "b": { "paths": 7 } }', '"paths"', /array|list|text|string/i],
    ["sources", '{ "b": { "paths": ["x"], "form": "start" } }', '"form"', /form/],
    ["sinks", '{ "out": { "type": "influx" } }', '"type"', /influxdb/],
    ["sinks", '{ "out": { "type": "influxdb", "dsn": "nonsense" } }', '"dsn"', /@/],
    ["monitor", '{ "port": 99999 }', '"port"', /65,?535/],
    ["store", '{ "maxAge": "a while" }', '"maxAge"', /7d|12h/],
    ["spool", '{ "whenFull": "explode" }', '"whenFull"', /block/],
    ["dataDir", "17", '"logMonitor.dataDir"', /text|string/i],
    ["configFile", '"${env:NO_SUCH_VARIABLE}/x.yaml"', '"logMonitor.configFile"', /NO_SUCH_VARIABLE/],
  ];
  for (const [setting, value, place, says] of refused) {
    it(`are marked at ${place} in ${setting}, with what to do: ${value}`, async () => {
      const rest: Record<string, unknown> = { "logMonitor.sources": { a: good, other } };
      await writeSettings(rest);
      await until(() => marks(settingsFile()).length === 0, { what: "no mark" });
      // VS Code may have read the settings while they were empty: then it counts from none again.
      const before = await source(
        "a",
        ({ files: [file] }) => file !== undefined && file.offset === file.size,
      );
      const shown = (value: unknown) => JSON.stringify(value, undefined, 2);
      const mine = JSON.parse(value);
      rest[`logMonitor.${setting}`] = setting === "sources" ? { a: good, other, ...mine } : mine;
      await writeSettings(`${shown(rest)}\n`);
      const [mark] = await until(
        () => (marks(settingsFile()).length > 0 ? marks(settingsFile()) : undefined),
        { what: "a mark" },
      );
      const marked = shown(rest).split("\n")[mark!.range.start.line]!.slice(mark!.range.start.character);
      assert.ok(marked.startsWith(place), `${marked} is marked`);
      assert.match(mark!.message, says);
      const number = append("logs/a.log", "more") && before.lines + 1;
      await source("a", ({ lines }) => lines === number);
    });
  }
});
