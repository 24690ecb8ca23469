import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { until } from "../../../helpers/until.ts";
import { append, clear, folder, logMonitor, remove, settingsFile, source, writeSettings } from "./window.ts";

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
    remove("log-monitor.yaml");
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
});
