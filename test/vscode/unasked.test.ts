import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repository } from "../helpers/vscode-paths.ts";

/** Code that runs in the extension host, where the editor's interface is at hand. */
const texts = new Map(
  globSync(["src/extension.ts", "src/vscode/**/*.ts"], { cwd: repository })
    .map((path) => path.replaceAll("\\", "/"))
    .map((path) => [path, readFileSync(join(repository, path), "utf8")] as const),
);

/** How often each file says what a pattern finds. */
function found(pattern: RegExp): Record<string, number> {
  const counts = [...texts].map(([path, text]) => [path, [...text.matchAll(pattern)].length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0).sort());
}

/** The files that may, each with what the user did before. */
type Askers = Readonly<Record<string, string>>;

const NOTIFIES: Askers = {
  "src/vscode/commands.ts": "ran a command that failed, or clicked a box that could not be written",
  "src/vscode/consent.ts": "added a sink that sends to another machine",
  "src/vscode/export-told.ts": "exported what was found, and looks elsewhere",
  "src/vscode/export.ts": "exports what was found",
  "src/vscode/panel-outcomes.ts": "asked a page for what failed, and looks elsewhere",
  "src/vscode/sink-replay.ts": "wants records sent a second time",
  "src/vscode/sink-test.ts": "tests a connection",
  "src/vscode/try-parser.ts": "took a parser",
};

/** Nothing here is run by a start: neither the first one, nor the first of a newer version. */
const OPENS: Askers = {
  "src/vscode/checkpoints.ts": "shows checkpoints",
  "src/vscode/commands.ts": "ran a command that ends at what it made",
  "src/vscode/dashboard.ts": "opens the dashboard, or clicked in it",
  "src/vscode/explanation.ts": "has the configuration explained or converted",
  "src/vscode/export-told.ts": "clicked on what was told of an export",
  "src/vscode/frames.ts": "follows a stack frame",
  "src/vscode/line-document.ts": "opens a line of a large file",
  "src/vscode/line-trace.ts": "asks where a line is, and chose what to do",
  "src/vscode/log-view-panel.ts": "clicked in the log view",
  "src/vscode/log-view.ts": "opens a log view",
  "src/vscode/open-configuration.ts": "opens the configuration",
  "src/vscode/open-line.ts": "opens a line in its file",
  "src/vscode/sink-commands.ts": "looks at dead letters",
  "src/vscode/sink-preview.ts": "has a sink previewed",
  "src/vscode/sink-test.ts": "clicked on the answer of a test",
  "src/vscode/try-parser.ts": "took a parser for what is in no settings",
  "src/vscode/try-preview.ts": "tries parsers",
};
const OPENING = new RegExp(
  [
    "\\b(?:createWebviewPanel|showTextDocument|showNotebookDocument|createTerminal|openExternal)\\(",
    "\\.reveal\\(",
    // These tell the editor something, and show nothing.
    '\\.executeCommand\\((?!"(?:setContext|welcome\\.markStepComplete)")',
  ].join("|"),
  "g",
);

describe("what takes the user's attention", () => {
  it("is one item in the status bar", () => {
    assert.deepEqual(found(/\bcreateStatusBarItem\(/g), { "src/vscode/status.ts": 1 });
  });

  it("notifies only those who have just done something", () => {
    const notifying = found(
      /\bshow(?:Information|Warning|Error)Message\b|\bProgressLocation\.Notification\b/g,
    );
    assert.deepEqual(Object.keys(notifying), Object.keys(NOTIFIES));
  });

  it("opens an editor, a view or a page only for those who asked for it", () => {
    const opening = found(OPENING);
    assert.deepEqual(Object.keys(opening), Object.keys(OPENS));
  });
});
