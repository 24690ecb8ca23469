import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { SinkFigures } from "../../../../src/model.ts";
import type { CommandId } from "../../../../src/vscode/ids.ts";
import { type FaultyInflux, refusal, startFaultyInflux } from "../../../helpers/faulty-influx.ts";
import { append, clear, editorWhere, logMonitor, remove, source, until, writeSettings } from "./window.ts";

const run = (id: CommandId, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
const ends: (() => void)[] = [];

/** Waits until the figures of the sink are as wanted, and returns them. */
const sink = (wanted: (figures: SinkFigures) => boolean): Promise<SinkFigures> =>
  until(
    async () => {
      const { snapshot } = await logMonitor();
      return snapshot()?.sinks.find((one) => one.id === "influx" && wanted(one));
    },
    { what: `the sink to be as wanted (${wanted})` },
  );

describe("a sink that refuses", () => {
  let influx: FaultyInflux;
  before(async () => {
    await clear();
    influx = await startFaultyInflux({ after: (end) => void ends.push(end) });
    influx.fault = refusal(400, "field type conflict");
    append("logs/a.log", "poison");
    await writeSettings({
      "logMonitor.sources": {
        a: { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start" },
      },
      "logMonitor.sinks": { influx: { type: "influxdb", url: influx.url, database: "db" } },
    });
    await source("a", ({ lines }) => lines === 1);
  });
  after(async () => {
    await run("workbench.action.closeAllEditors" as CommandId);
    await clear();
    for (const end of ends) end();
    remove("logs");
  });

  it("has its dead letters shown, edited and replayed as they are seen", async () => {
    await sink(({ deadWaiting }) => deadWaiting === 1);
    await run("logMonitor.showDeadLetters", { id: "sink:influx" });
    const letters = await editorWhere(
      ({ document }) => /dead.influx\.ndjson$/.test(document.uri.fsPath),
      "the dead letters",
    );
    const { document } = letters;
    assert.match(document.getText(), /"reason":"InfluxDB answered 400: field type conflict"/);
    const at = document.getText().indexOf('"message":"poison"');
    await letters.edit((edit) =>
      edit.replace(
        new vscode.Range(document.positionAt(at), document.positionAt(at + '"message":"poison"'.length)),
        '"message":"mended"',
      ),
    );
    assert.ok(document.isDirty);
    influx.fault = undefined;
    // As when VS Code saves by itself: until that is done it refuses another save.
    const saving = document.save();
    await run("logMonitor.replayDeadLetters", { id: "sink:influx" });
    assert.ok(await saving);
    const points = () => [...influx.points.values()];
    await until(() => points().some((point) => point.includes('message="mended"')), {
      what: () => `the mended letter, instead of ${points()}`,
    });
    const { dead, delivered } = await sink(
      ({ deadWaiting, replayed }) => deadWaiting === 0 && replayed === 1,
    );
    assert.deepEqual({ dead, delivered }, { dead: 1, delivered: 0 });
    await until(() => !existsSync(document.uri.fsPath), { what: "the letter to be gone" });
  });

  it("is tried at once when it is reset", async () => {
    influx.fault = refusal(429, "slow down", { "retry-after": "3600" });
    append("logs/a.log", "one more");
    const { breaker } = await sink(({ state }) => state === "retrying");
    assert.ok((breaker.nextTryAt ?? 0) > Date.now() + 3_000_000);
    influx.fault = undefined;
    await run("logMonitor.resetSink", { id: "sink:influx" });
    await sink(({ delivered, state }) => delivered === 1 && state === "running");
  });
});
