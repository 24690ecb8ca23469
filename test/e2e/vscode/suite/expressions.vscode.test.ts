import assert from "node:assert/strict";
import * as vscode from "vscode";
import { append, clear, logMonitor, remove, settingsFile, source, until, writeSettings } from "./window.ts";

const marks = () =>
  vscode.languages
    .getDiagnostics(vscode.Uri.file(settingsFile()))
    .filter(({ source: from }) => from === "Log Monitor");

describe("an expression that runs away", () => {
  before(clear);
  after(async () => {
    await clear();
    remove("logs");
  });

  it("is warned of where it stands, and L11: stopped in the engine thread while others go on", async () => {
    append("logs/bad.log", "aa");
    append("logs/other.log", "one");
    await writeSettings(`{
  "logMonitor.sources": {
    "bad": {
      "paths": ["logs/bad.log"],
      "from": "start",
      "parser": {
        "type": "regex",
        "pattern": "^(?<x>(a+)+)$"
      }
    },
    "other": { "paths": ["logs/other.log"], "from": "start", "parser": "plain" }
  }
}
`);
    const [mark] = await until(() => (marks().length > 0 ? marks() : undefined), {
      what: "a mark",
    });
    assert.equal(mark!.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(mark!.range.start.line, 7);
    assert.match(mark!.message, /^can run away: the line "a" × \d+/);

    append("logs/bad.log", `${"a".repeat(100_000)}!`);
    await source("bad", ({ reason }) => reason?.includes("was stopped at byte 3") ?? false);
    append("logs/other.log", "two");
    await source("other", ({ lines, reason }) => lines === 2 && reason === undefined);
    const { problems = [] } = (await logMonitor()).snapshot() ?? {};
    assert.ok(
      problems.some((problem) => /^source bad: the pattern .* of .*bad\.log/.test(problem)),
      problems.join("\n"),
    );
    await vscode.commands.executeCommand("logMonitor.start", { source: "bad" });
    await source("bad", ({ reason }) => reason === undefined);
  });
});
