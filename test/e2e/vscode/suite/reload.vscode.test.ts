import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { CALM } from "../../../../src/vscode/calm.ts";
import type { Handle } from "../../../../src/vscode/tree.ts";
import { append, clear, logMonitor, remove, rows, source, until, writeSettings } from "./window.ts";

const file = (path: string) => ({ type: "file", paths: [path], parser: "plain", from: "start" });

describe("settings edited on disk", () => {
  before(async () => {
    await clear();
    append("logs/a.log", "a1", "a2", "a3");
    append("logs/b.log", "b1");
    await writeSettings({ "logMonitor.sources": { a: file("logs/a.log"), b: file("logs/b.log") } });
    await vscode.commands.executeCommand("logMonitor.logs.focus");
  });
  after(async () => {
    await clear();
    remove("logs");
  });

  it("start the sources they name, from where they say", async () => {
    assert.equal((await source("a", ({ lines }) => lines > 0)).lines, 3);
    assert.equal((await source("b", ({ lines }) => lines > 0)).lines, 1);
  });

  it("are shown as rows with their files below", async () => {
    const api = await logMonitor();
    const drawn = async () => (await rows(api.logs)).map(({ item }) => item.label).join();
    await until(async () => (await drawn()) === "a,a.log,b,b.log", { what: "four rows" });
    await until(
      async () => {
        const [first] = await rows(api.logs);
        const { contextValue, accessibilityInformation } = first?.item ?? {};
        return contextValue === "source.watching" && accessibilityInformation?.label.includes("watching");
      },
      { what: "the state in the row" },
    );
  });

  it("leave other sources alone: positions, counters and lines that come meanwhile", async () => {
    await source("a", ({ lines }) => lines === 3);
    await writeSettings({
      "logMonitor.sources": { a: file("logs/a.log"), b: file("logs/b.log"), c: file("logs/c.log") },
    });
    append("logs/a.log", "a4");
    append("logs/c.log", "c1", "c2");
    await source("c", ({ lines }) => lines === 2);
    assert.equal((await source("a", ({ lines }) => lines === 4)).lines, 4);
    assert.equal((await source("b")).lines, 1);
  });

  it("stop only the source they no longer name", async () => {
    await writeSettings({ "logMonitor.sources": { a: file("logs/a.log"), c: file("logs/c.log") } });
    const api = await logMonitor();
    await until(() => api.snapshot()?.sources.length === 2, { what: "two sources" });
    assert.deepEqual(
      api.snapshot()?.sources.map(({ id, lines }) => [id, lines]),
      [
        ["a", 4],
        ["c", 2],
      ],
    );
  });

  it("keep the rows' handles, so that selection and expansion stay", async () => {
    const api = await logMonitor();
    // All of the change before has to be drawn: it takes a row away, too.
    const drawn = async () => (await rows(api.logs)).map(({ item }) => item.label).join();
    await until(async () => (await drawn()) === "a,a.log,c,c.log", { what: "the rows of a and c" });
    const before = (await rows(api.logs)).map(({ handle }) => handle);
    append("logs/a.log", "a5");
    await source("a", ({ lines }) => lines === 5);
    const after = (await rows(api.logs)).map(({ handle }) => handle);
    assert.ok(before.length > 0 && before.every((handle, index) => handle === after[index]));
  });

  it("have the view drawn again at most once a second, and only where it changed", async () => {
    const api = await logMonitor();
    let drawn: { at: number; what: unknown }[] = [{ at: performance.now(), what: [] }];
    const listener = api.logs.onDidChangeTreeData?.((what) => drawn.push({ at: performance.now(), what }));
    // The rates of what was written before come, and go, some drawings later.
    const quiet = () => performance.now() - (drawn.at(-1)?.at ?? 0) > CALM + 2_000;
    const still = async () =>
      (await rows(api.logs)).every(({ item }) => !/[1-9]\S*\/s/.test(String(item.description)));
    await until(async () => quiet() && (await still()), { timeout: 110_000, what: "rows without rates" });
    drawn = [];
    const writer = setInterval(() => append("logs/a.log", "more"), 20);
    try {
      await until(() => drawn.length >= 3, { what: "three drawings" });
    } finally {
      clearInterval(writer);
      listener?.dispose();
    }
    const gaps = drawn.slice(1).map(({ at }, index) => at - (drawn[index]?.at ?? 0));
    // Less than a second by as much as a drawing took that was told of late.
    assert.ok(Math.min(...gaps) > 500, `${gaps} ms`);
    for (const { what } of drawn) {
      assert.ok(Array.isArray(what), "never the whole view");
      assert.deepEqual(new Set(what.map(({ source }: Handle) => source)), new Set(["a"]));
    }
  });

  it("resolve a row's tooltip with its figures", async () => {
    const api = await logMonitor();
    const [first] = await rows(api.logs);
    const token = new vscode.CancellationTokenSource().token;
    const item = await api.logs.resolveTreeItem?.(first!.item, first!.handle, token);
    assert.ok(item);
    assert.match((item.tooltip as vscode.MarkdownString).value, /Lines\\: \d/);
  });

  it("have their sinks shown in a view of their own", async () => {
    await vscode.commands.executeCommand("logMonitor.sinks.focus");
    const api = await logMonitor();
    const [store] = await until(
      async () => {
        const shown = await rows(api.sinks);
        return shown.length > 0 ? shown : undefined;
      },
      { what: "the row of the store" },
    );
    assert.equal(store!.item.label, "store");
    assert.match(store!.item.contextValue ?? "", /^sink\./);
    await vscode.commands.executeCommand("logMonitor.logs.focus");
  });

  it("may name the folder, variables of the environment, and the home folder", async () => {
    const results = process.env.LOG_MONITOR_RESULTS;
    assert.ok(results, "the suite's results are a file outside the folder");
    await writeSettings({
      "logMonitor.sources": {
        a: file("logs/a.log"),
        c: file("logs/c.log"),
        folder: file("${workspaceFolder}/logs/b.log"),
        outside: file("${env:LOG_MONITOR_RESULTS}"),
        home: file("~/no-such-folder-of-log-monitor/x.log"),
      },
    });
    assert.equal((await source("folder", ({ lines }) => lines === 1)).lines, 1);
    const outside = await source("outside", ({ lines }) => lines > 0);
    assert.deepEqual(
      outside.files.map(({ path }) => path),
      [results],
    );
    const home = await source("home", ({ state }) => state === "waiting");
    assert.deepEqual(
      home.files.map(({ path }) => path),
      [join(homedir(), "no-such-folder-of-log-monitor", "x.log")],
    );
  });

  it("follow a source whose path they change", async () => {
    append("logs/d.log", "d1", "d2", "d3", "d4", "d5", "d6", "d7");
    await writeSettings({ "logMonitor.sources": { a: file("logs/a.log"), c: file("logs/d.log") } });
    const changed = await source("c", ({ files }) => files.some(({ path }) => path.endsWith("d.log")));
    assert.ok(
      changed.files.some(
        ({ path }) => path === join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, "logs", "d.log"),
      ),
    );
    await source("c", ({ files }) => files.some(({ path, lines }) => path.endsWith("d.log") && lines === 7));
    assert.ok((await source("a")).lines > 5);
  });
});
