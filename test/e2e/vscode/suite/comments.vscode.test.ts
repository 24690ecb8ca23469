import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import {
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

const run = (id: string, argument: object) => vscode.commands.executeCommand(id, argument);

/** All that is written here is a person's own, but for the log that is added. */
const WATCHED = { web: { type: "file", paths: ["logs/web.log"], parser: "plain" } };
const OWN = `{
  // the team's
  "logMonitor.sources": {
    // the web server's, see the wiki
    "web": { "type": "file", "paths": ["logs/web.log"], "parser": "plain" } // for now
  }
}
`;

describe("comments in settings", () => {
  const ids = async () => (await logMonitor()).snapshot()?.sources.map(({ id }) => id) ?? [];

  before(clear);
  after(async () => {
    const settings = vscode.workspace.getConfiguration("logMonitor");
    await settings.update("sources", undefined, vscode.ConfigurationTarget.Global);
    await clear();
    remove("logs");
  });

  it("stay when a log is added, and when it is removed", async () => {
    await writeSettings(OWN, { "logMonitor.sources": WATCHED });
    await settingsRead();
    await source("web");
    const path = append("logs/new.log", "x");
    assert.equal(await run("logMonitor.addLog", { path, parser: "plain", from: "start" }), "new");
    await source("new", ({ lines }) => lines === 1);
    const text = readFileSync(settingsFile(), "utf8");
    for (const comment of OWN.match(/\/\/.*/g) ?? []) assert.ok(text.includes(comment), comment);
    await run("logMonitor.removeLog", { source: "new" });
    await until(async () => !(await ids()).includes("new"), { what: "the log to be gone" });
    const left = readFileSync(settingsFile(), "utf8");
    assert.equal(left.replace(/\s+/g, " "), OWN.replace(/\s+/g, " "));
  });

  it("stay in the user's settings too, where the editor has them by a name of their own", async () => {
    const user = join(folder(), "..", "user-data", "User", "settings.json");
    const settings = vscode.workspace.getConfiguration("logMonitor");
    const plain = (name: string) => ({
      type: "file",
      paths: [join(folder(), "logs", name)],
      parser: "plain",
    });
    const sources = { mine: plain("mine.log"), other: plain("other.log") };
    await settings.update("sources", sources, vscode.ConfigurationTarget.Global);
    await source("other");
    // Only the desktop's editor sees what is written to them by anything but itself.
    const own = vscode.Uri.file(user).with({ scheme: "vscode-userdata" });
    const desktop = await vscode.workspace.fs.stat(own).then(
      () => true,
      () => false,
    );
    const text = () => readFileSync(user, "utf8");
    if (desktop) writeFileSync(user, text().replace('"mine":', '// what for\n"mine":'));
    await run("logMonitor.removeLog", { source: "other" });
    await until(async () => !(await ids()).includes("other"), { what: "the log to be gone" });
    assert.match(text(), desktop ? /\/\/ what for\n"mine":/ : /"mine":/);
    assert.doesNotMatch(text(), /"other":/);
    assert.ok((await ids()).includes("mine"));
  });
});
