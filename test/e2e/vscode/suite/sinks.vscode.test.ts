import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { SinkFigures } from "../../../../src/model.ts";
import type { SinkTest } from "../../../../src/protocol/engine.ts";
import type { CommandId } from "../../../../src/vscode/ids.ts";
import { type FaultyInflux, refusal, startFaultyInflux } from "../../../helpers/faulty-influx.ts";
import {
  append,
  clear,
  editorWhere,
  logMonitor,
  remove,
  rows,
  settingsFile,
  source,
  until,
  writeSettings,
} from "./window.ts";

const run = <T = unknown>(id: CommandId, ...args: unknown[]) =>
  vscode.commands.executeCommand<T>(id, ...args);
const grafana = { id: "sink:grafana" };
const ends: (() => void)[] = [];
/** With a time of its own, which a preview has too. */
const line = (msg: string): string => JSON.stringify({ time: new Date().toISOString(), msg });

const sink = (wanted: (figures: SinkFigures) => boolean): Promise<SinkFigures> =>
  until(
    async () => {
      const { snapshot } = await logMonitor();
      return snapshot()?.sinks.find((one) => one.id === "grafana" && wanted(one));
    },
    { what: `the sink to be as wanted (${wanted})` },
  );

describe("a sink in the window", () => {
  let influx: FaultyInflux;
  /** The store of this window has older records too. */
  let began = 0;
  before(async () => {
    await clear();
    influx = await startFaultyInflux({ after: (end) => void ends.push(end) });
    began = Date.now();
    append("logs/a.log", line("first"), line("second"));
    await writeSettings({
      "logMonitor.sources": {
        a: { type: "file", paths: ["logs/a.log"], parser: "json", from: "start" },
      },
      "logMonitor.sinks": { grafana: { type: "influxdb", url: influx.url, database: "db" } },
    });
    await source("a", ({ lines }) => lines === 2);
    await sink(({ delivered }) => delivered === 2);
  });
  after(async () => {
    await run("workbench.action.closeAllEditors" as CommandId);
    await clear();
    for (const end of ends) end();
    remove("logs");
  });

  it("is tested from its row: who answers, or what is wrong", async () => {
    const good = await run<SinkTest>("logMonitor.testConnection", grafana);
    assert.ok(good.good && good.text.includes(influx.url), good.text);
    influx.fault = refusal(404, "database not found");
    const bad = await run<SinkTest>("logMonitor.testConnection", grafana);
    influx.fault = undefined;
    assert.equal(bad.good, false);
    assert.match(bad.text, /create the database db/);
    assert.equal(influx.points.size, 2);
  });

  it("has what it would be sent shown in a document that can't be edited", async () => {
    await run("logMonitor.previewSink", grafana);
    const begins = /^Sink grafana \(influxdb\): http:/;
    const { document } = await editorWhere(({ document }) => begins.test(document.getText()), "the preview");
    for (const point of influx.points.values()) assert.ok(document.getText().includes(point), point);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), undefined);
    append("logs/a.log", line("third"));
    await source("a", ({ lines }) => lines === 3);
    await run("logMonitor.previewSink", grafana);
    await until(() => document.getText().includes('message="third"'));
  });

  it("is paused and resumed from its row, and says so there", async () => {
    await sink(({ delivered }) => delivered === 3);
    await run("logMonitor.pause", grafana);
    await sink(({ state }) => state === "paused");
    append("logs/a.log", line("fourth"));
    await sink(({ lagRecords }) => lagRecords === 1);
    const { sinks } = await logMonitor();
    const context = async () =>
      (await rows(sinks)).find(({ handle }) => handle.id === grafana.id)?.item.contextValue;
    await vscode.commands.executeCommand("logMonitor.sinks.focus");
    await until(async () => (await context()) === "sink.paused");
    assert.equal(influx.points.size, 3);
    await run("logMonitor.resume", grafana);
    await sink(({ delivered, state }) => delivered === 4 && state === "running");
  });

  it("is sent again what was read since a time", async () => {
    await source("a", ({ lines }) => lines === 4);
    const store = async () => (await logMonitor()).snapshot()?.sinks.find(({ id }) => id === "store");
    await until(async () => (await store())?.lagRecords === 0);
    const before = influx.writes.length;
    const told = await run<string>("logMonitor.replaySince", { ...grafana, since: began });
    assert.match(told, /^Records since .* on their way to grafana: 4$/);
    const again = () => influx.writes.slice(before).reduce((sum, { lines }) => sum + lines, 0);
    await until(() => again() >= 4, { what: "all to be sent again" });
    assert.equal(influx.points.size, 4);
  });

  it("is tested by itself when it was edited, and what is wrong is marked there until it delivers", async () => {
    const marks = () =>
      vscode.languages
        .getDiagnostics(vscode.Uri.file(settingsFile()))
        .filter(({ message }) => message.startsWith("grafana: "));
    await run("logMonitor.pause", grafana);
    influx.fault = refusal(404, "database not found");
    const before = influx.writes.length;
    await writeSettings({
      "logMonitor.sources": {
        a: { type: "file", paths: ["logs/a.log"], parser: "json", from: "start" },
      },
      "logMonitor.sinks": { grafana: { type: "influxdb", url: influx.url, database: "other" } },
    });
    // A comment alone: nothing is delivered while it is paused.
    const tried = () => influx.writes.slice(before).some(({ lines }) => lines === 0);
    await until(tried, { what: "the sink to be tried" });
    const marked = () => (marks().length > 0 ? marks() : undefined);
    const [mark] = await until(marked, { what: "a mark" });
    influx.fault = undefined;
    assert.match(mark!.message, /create the database other/);
    assert.equal(mark!.severity, vscode.DiagnosticSeverity.Warning);
    const document = await vscode.workspace.openTextDocument(settingsFile());
    assert.match(document.getText(mark!.range), /grafana|other/);
    await run("logMonitor.resume", grafana);
    const cleared = () => {
      append("logs/a.log", line("more"));
      return marks().length === 0;
    };
    await until(cleared, { every: 500, what: "no mark" });
  });
});
