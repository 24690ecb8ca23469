import assert from "node:assert/strict";
import { join } from "node:path";
import * as vscode from "vscode";
import { append, clear, folder, logMonitor, remove, source, writeSettings } from "./window.ts";

/** The extension's own bundles that were loaded into the extension host. */
const loaded = (): readonly string[] =>
  Object.keys(require.cache).flatMap((path) => /[\\/]dist[\\/](\w+\.cjs)$/.exec(path)?.[1] ?? []);

/** How many threads the extension runs, by the name that it gives them. */
function threads(): number {
  // The names of all addresses take it seconds.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { workers } = report.getReport() as unknown as { workers: { header: { event: string } }[] };
  return workers.filter(({ header }) => header.event.includes("[log-monitor]")).length;
}

describe("activation", () => {
  after(async () => {
    await clear();
    remove("logs");
  });

  it("takes little of the editor's time", async () => {
    const { activatedIn } = await logMonitor();
    console.log(`[test]   activate took ${activatedIn.toFixed(1)} ms`);
    assert.ok(activatedIn < 50, `${activatedIn} ms`);
  });

  it("starts no thread and loads nothing more while no log is watched, though its view is open", async () => {
    const api = await logMonitor();
    await api.ready();
    await vscode.commands.executeCommand("logMonitor.logs.focus");
    await api.ready();
    assert.equal(api.snapshot(), undefined);
    assert.equal(threads(), 0);
    assert.deepEqual(loaded(), ["extension.cjs"]);
  });

  it("is over before the settings are applied, and says when they are: then one thread runs", async () => {
    append("logs/a.log", "one");
    const sources = { a: { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start" } };
    await writeSettings({ "logMonitor.sources": sources });
    await (await logMonitor()).ready();
    await source("a", ({ lines }) => lines === 1);
    assert.equal(threads(), 1);
    assert.deepEqual(loaded(), ["extension.cjs"]);
  });

  it("loads what asks questions with the first question", async () => {
    const request = { path: join(folder(), "logs", "a.log"), parser: "plain", from: "start" };
    assert.equal(await vscode.commands.executeCommand("logMonitor.watchFile", request), "a");
    assert.deepEqual([...loaded()].sort(), ["extension.cjs", "flows.cjs"]);
  });
});
