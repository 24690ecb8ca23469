import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Progress, Row } from "../../src/protocol/log-view.ts";
import { createDropReader } from "../../src/spool/drop-reader.ts";
import { createWindow } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { createMarks } from "../../src/webview/log/marks.ts";
import { EVERYTHING } from "../../src/webview/log/state.ts";
import { runEngine } from "../helpers/engine.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { texts } from "../webview/texts.ts";

const LINES = 6_000;
const START = Date.parse("2026-03-04T10:00:00Z");
/** One a second, long before now: where it is told is where its lines are, not where they were read. */
const lineOf = (number: number) =>
  `${JSON.stringify({ time: new Date(START + number * 1000).toISOString(), message: randomBytes(500).toString("hex") })}\n`;

describe("more lines than a sink takes, in a spool that gives up the oldest", () => {
  it("are told of in the log view, where they are, with as many as the sink's counter has", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "logs"));
    const path = join(folder, "logs", "app.log");
    writeFileSync(path, "");
    const { engine, apply } = runEngine(t, folder);
    await apply({
      monitor: false,
      spool: { maxBytes: 1 << 20, whenFull: "dropOldest" },
      sources: { app: { type: "file", paths: ["logs/app.log"], parser: "json", from: "start" } },
      sinks: { away: { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` } },
    });
    const sink = (id: string) => engine.snapshot().sinks.find((one) => one.id === id);
    await engine.start({});
    for (let from = 0; from < LINES; from += 1_000) {
      appendFileSync(path, Array.from({ length: 1_000 }, (_, i) => lineOf(from + i)).join(""));
      await until(() => sink("store")?.delivered === from + 1_000, { timeout: 60_000 });
    }
    const dataDir = join(folder, "data");
    const shown = () => {
      const shelf = openShelf(dataDir);
      const window = createWindow(shelf, { query: "" });
      while (window.work(50));
      const { levels, sources, ...figures } = window.figures();
      const drops = createDropReader().read(dataDir, {}, 500);
      const marks = createMarks({ ...texts, filter: () => EVERYTHING, moment: Date.now });
      const progress: Progress = {
        ...{ ...figures, levels: [...levels], sources: [...sources], drops },
        ...{ search: 1, version: 1, changedFrom: null, histogram: { start: 0, step: 1, classes: [] } },
      };
      marks.update(progress);
      const rows = window.rows(0, LINES).map(({ rows, at }) => ({ time: rows.time(at) }) as Row);
      shelf.close();
      return rows.flatMap((row, place) => {
        const said = marks.above(place, row, rows[place - 1]) ?? "";
        const [, lines] = /spool was full: away lacks ([\d,]+)$/.exec(said) ?? [];
        return lines === undefined ? [] : [{ time: row.time, lines: Number(lines.replaceAll(",", "")) }];
      });
    };
    const sumOf = (marks: ReturnType<typeof shown>) => marks.reduce((sum, { lines }) => sum + lines, 0);
    const lost = await until(
      () => {
        const dropped = sink("away")?.dropped ?? 0;
        return dropped > LINES / 2 && sumOf(shown()) === dropped ? dropped : undefined;
      },
      {
        timeout: 60_000,
        what: () => `as many lost lines to be shown as are counted, ${sink("away")?.dropped}`,
      },
    );
    const marks = shown();
    assert.equal(engine.snapshot().spool.dropped, lost, "no other sink lacks any");
    assert.ok(marks.every(({ time }) => time >= START && time < START + LINES * 1000));
    assert.ok((marks.at(-1)?.time ?? 0) < START + LINES * 1000 - 100_000, "the newest were kept");
    await engine.close();
    assert.ok(sumOf(shown()) >= lost, "and outlast the engine");
  });
});
