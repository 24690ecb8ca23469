import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as vscode from "vscode";
import type { SinkFigures } from "../../../../src/model.ts";
import type { CommandId } from "../../../../src/vscode/ids.ts";
import {
  accepting,
  append,
  clear,
  logMonitor,
  remove,
  rows,
  settingsFile,
  settingsRead,
  source,
  until,
  writeSettings,
} from "./window.ts";

const run = (id: CommandId, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
const sources = { a: { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start" } };
const canary = "canary-of-the-window";
const basic = `Basic ${Buffer.from(`me:${canary}`).toString("base64")}`;
const marks = () =>
  vscode.languages
    .getDiagnostics(vscode.Uri.file(settingsFile()))
    .filter(({ source: from }) => from === "Log Monitor");

/** What a quick fix of this title runs. */
async function fix(mark: vscode.Diagnostic, title: string) {
  await vscode.workspace.openTextDocument(settingsFile());
  const command = await until(
    async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        vscode.Uri.file(settingsFile()),
        mark.range,
      );
      const found = actions.find((action) => action.title === title)?.command;
      if (found) return found;
      throw new Error(`there are ${actions.map((action) => action.title).join(", ")}`);
    },
    { every: 200, what: `the fix "${title}"` },
  );
  return { command: command.command, arguments: command.arguments ?? [] };
}

/** Waits until the figures of the sink are as wanted. */
const sink = (wanted: (figures: SinkFigures) => boolean): Promise<SinkFigures> =>
  until(
    async () => (await logMonitor()).snapshot()?.sinks.find((one) => one.id === "influx" && wanted(one)),
    { what: `the sink to be as wanted (${wanted})` },
  );

describe("secrets and consent", () => {
  let server: Server;
  let port: number;
  let connections = 0;
  /** Whether it refuses what comes, and repeats who sent it. */
  let refuses = false;
  const seen = new Set<string | undefined>();
  const influx = (more: object, host = "127.0.0.1") => ({
    influx: { type: "influxdb", url: `http://${host}:${port}`, database: "d", unparsed: "send", ...more },
  });

  before(async () => {
    server = createServer((request, response) => {
      seen.add(request.headers.authorization);
      const { authorization = "" } = request.headers;
      const said = `no ${authorization} ${Buffer.from(authorization.slice(6), "base64")}`;
      request.resume().on("end", () => {
        if (!refuses) return response.writeHead(204).end();
        return response.writeHead(401).end(JSON.stringify({ error: said }));
      });
    }).on("connection", () => connections++);
    await new Promise<void>((listening) => server.listen(0, "0.0.0.0", listening));
    ({ port } = server.address() as AddressInfo);
    await clear();
    append("logs/a.log", "one");
  });
  after(async () => {
    await clear();
    remove("logs");
    server.closeAllConnections();
    server.close();
  });

  it("take a secret from the editor's storage as soon as it is set, and list names only", async () => {
    const sinks = influx({ user: "me", password: `\${secret:e2e.password}` });
    await writeSettings({ "logMonitor.sources": sources, "logMonitor.sinks": sinks });
    const asks = /the secret e2e\.password is not set: .*Set Secret/;
    const mark = await until(() => marks().find(({ message }) => asks.test(message)), { what: "a mark" });
    await source("a", ({ lines }) => lines === 1);
    const offered = await fix(mark, `Set secret e2e.password…`);
    assert.deepEqual(offered, { command: "logMonitor.setSecret", arguments: [{ name: "e2e.password" }] });
    await run("logMonitor.setSecret", { name: "e2e.password", value: canary });
    await sink(() => true);
    append("logs/a.log", "with the secret");
    await sink(({ delivered }) => delivered > 0);
    assert.deepEqual([...seen], [basic]);
    await until(() => marks().length === 0, { what: "no mark" });
    assert.deepEqual(await run("logMonitor.listSecrets"), ["e2e.password"]);
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    const text = String(await run("logMonitor.copyDiagnostics"));
    assert.ok(!text.includes(canary) && !text.includes(basic.slice(6)));
    assert.match(text, /secret:e2e\.password/);
    await run("logMonitor.deleteSecret", { name: "e2e.password" });
    await until(() => marks().length > 0, { what: "a mark" });
  });

  it("move a password out of the settings by a quick fix", async () => {
    await clear();
    seen.clear();
    const sinks = influx({ user: "me", password: canary });
    await writeSettings({ "logMonitor.sources": sources, "logMonitor.sinks": sinks });
    await settingsRead();
    const mark = await until(() => marks().find(({ code }) => code === "plainSecret"), { what: "a mark" });
    assert.equal(mark.severity, vscode.DiagnosticSeverity.Warning);
    const move = await fix(mark, "Move to secret storage");
    await vscode.commands.executeCommand(move.command, ...move.arguments);
    const text = readFileSync(settingsFile(), "utf8");
    assert.ok(!text.includes(canary));
    assert.match(text, /"password": "\$\{secret:sinks\.influx\.password\}"/);
    await until(() => marks().length === 0, { what: "no mark" });
    append("logs/a.log", "after the fix");
    await sink(({ lagRecords, delivered }) => delivered > 0 && lagRecords === 0);
    assert.deepEqual([...seen], [basic]);
    await run("logMonitor.deleteSecret", { name: "sinks.influx.password" });
  });

  it("are moved whole or not at all while someone writes above them", async () => {
    await clear();
    const sinks = influx({ user: "me", password: canary });
    await writeSettings({ "logMonitor.sources": sources, "logMonitor.sinks": sinks });
    await settingsRead();
    const mark = await until(() => marks().find(({ code }) => code === "plainSecret"), { what: "a mark" });
    const move = await fix(mark, "Move to secret storage");
    const document = await vscode.workspace.openTextDocument(settingsFile());
    const before = document.getText();
    const moved = vscode.commands.executeCommand(move.command, ...move.arguments);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "\n");
    await vscode.workspace.applyEdit(edit);
    await moved;
    const after = document.getText().trimStart();
    const outcomes = [before, before.replace(canary, () => `\${secret:sinks.influx.password}`)];
    assert.ok(outcomes.includes(after), after);
    await document.save();
    await run("logMonitor.deleteSecret", { name: "sinks.influx.password" });
  });

  it("are not shown in rows, figures and the output when a server repeats them", async () => {
    await clear();
    refuses = true;
    try {
      const sinks = influx({ user: "me", password: canary });
      await writeSettings({ "logMonitor.sources": sources, "logMonitor.sinks": sinks });
      append("logs/a.log", "to be refused");
      const { lastError = "" } = await sink(
        ({ state, lastError }) => state === "failed" && lastError !== undefined,
      );
      assert.match(lastError, /no (Basic )?\*\*\*/);
      const api = await logMonitor();
      await vscode.commands.executeCommand("logMonitor.sinks.focus");
      const shown = await until(
        async () => {
          const all = [...(await rows(api.sinks)), ...(await rows(api.logs))].map(({ item }) => {
            const { label, description, tooltip } = item;
            const more = tooltip instanceof vscode.MarkdownString ? tooltip.value : tooltip;
            return JSON.stringify([label, description, more]);
          });
          return all.join("\n").includes("check user and password") ? all : undefined;
        },
        { what: "the reason in the rows" },
      );
      await run("logMonitor.showOutput");
      const output = await until(
        () =>
          vscode.workspace.textDocuments
            .filter(({ uri }) => uri.scheme === "output")
            .map((document) => document.getText())
            .find((text) => text.includes("check user and password")),
        { what: "the output" },
      );
      // The dashboard is sent the figures.
      const all = [...shown, output, JSON.stringify(api.snapshot())].join("\n");
      assert.ok(!all.includes(canary) && !all.includes(basic.slice(6)));
    } finally {
      refuses = false;
      await vscode.commands.executeCommand("workbench.action.closePanel");
    }
  });

  it("send nothing to a server of the workspace before it is allowed", async () => {
    await clear();
    // This machine, by an address that is no loopback address.
    const url = `http://0.0.0.0:${port}`;
    connections = 0;
    await writeSettings({ "logMonitor.sources": sources, "logMonitor.sinks": influx({}, "0.0.0.0") });
    append("logs/a.log", "not to be sent yet");
    await sink(({ state, lagRecords }) => state === "consent" && lagRecords > 0);
    await vscode.commands.executeCommand("logMonitor.sinks.focus");
    const api = await logMonitor();
    const row = await until(
      async () => (await rows(api.sinks)).find(({ item }) => item.contextValue === "sink.consent"),
      { what: "the sink's row" },
    );
    assert.equal(row.item.description, `waits for consent: ${url}`);
    assert.equal(connections, 0);
    await run("logMonitor.allow", row.handle);
    await sink(({ state, lagRecords }) => state === "running" && lagRecords === 0);
    assert.ok(connections > 0);
    await accepting(
      () => run("logMonitor.withdrawConsent"),
      () => api.snapshot()?.sinks.some(({ state }) => state === "consent") ?? false,
      "the sink to wait again",
    );
  });
});
