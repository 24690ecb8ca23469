import assert from "node:assert/strict";
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  const said: string[] = [];
  const note = (line: string) => void said.push(line);
  const { engine, apply } = runEngine(t, folder, {}, { ...silent, info: note, warn: note });
  const sinks = { out: { type: "file", path: "out" } };
  const reload = (sources: object, more: object = {}) =>
    apply({ monitor: false, store: false, sources, sinks, ...more });
  const written: string[] = [];
  const write = (count = 20): void => {
    for (let at = 0; at < count; at++) {
      written.push(`line ${written.length}`);
      appendFileSync(log, `${written.at(-1)}\n`);
    }
  };
  const rotate = (turn: number): void => {
    renameSync(log, `${log}.${turn}`);
    writeFileSync(log, "");
  };
  const out = () => recordsIn(join(folder, "out"));
  const all = () => until(() => out().length >= written.length, { what: "all lines" });
  writeFileSync(log, "");
  return { folder, engine, reload, write, rotate, written, out, all, said, sinks };
}

describe("another id", () => {
  for (const from of ["start", "end"]) {
    it(`R8: a source that is renamed, and renamed back, goes on where it was (from: ${from})`, async (t) => {
      const { engine, reload, write, rotate, written, out, all, said } = setUp(t);
      const source = { paths: "a.log*", parser: "plain", from };
      await reload({ first: source });
      write();
      await all();
      for (const [turn, id] of ["second", "first", "third", "second"].entries()) {
        write();
        if (turn === 1) rotate(turn);
        await reload({ [id]: source });
        write();
        await all();
        if (turn === 2) rotate(turn);
      }
      write();
      await all();
      await engine.drain();
      assert.deepEqual(
        out().map(({ raw }) => raw),
        written,
      );
      assert.deepEqual([...new Set(out().map(({ source }) => source))].toSorted(), [
        "first",
        "second",
        "third",
      ]);
      assert.match(said.join("\n"), /source second goes on where first was/);
    });
  }

  it("R8: is no rename where two sources are alike, or anything else changed", async (t) => {
    const { engine, reload, write, all, said } = setUp(t);
    const source = { paths: "a.log", parser: "plain", from: "start" };
    await reload({ one: source, two: source });
    write();
    await until(() => engine.snapshot().totals.lines === 40);
    await reload({ three: source, four: source });
    await reload({ five: { ...source, parser: "logfmt" } });
    await until(() => engine.snapshot().sources[0]?.lines === 20);
    await all();
    assert.doesNotMatch(said.join("\n"), /goes on where/);
  });

  it("of a sink: what waited for the old one is told as given up for it, and goes to the new one", async (t) => {
    const { engine, folder, reload, write, all, said, sinks } = setUp(t);
    const down = { type: "influxdb", url: `http://127.0.0.1:${await deadPort()}`, database: "db" };
    const sources = { a: { paths: "a.log", parser: "plain", from: "start" } };
    await reload(sources, { sinks: { ...sinks, down } });
    write();
    await all();
    await reload(sources, { sinks: { ...sinks, other: { type: "file", path: "other" } } });
    assert.match(
      said.join("\n"),
      /sink down was taken out: what waited for it \(20 lines\) is given up for it, and go to other where the source names no sinks/,
    );
    await until(() => recordsIn(join(folder, "other")).length === 20);
    // It is written before it is known to be.
    await until(() => {
      const other = engine.snapshot().sinks.find(({ id }) => id === "other");
      return other?.delivered === 20 && other.lagRecords === 0;
    });
    await reload(sources, { sinks });
    assert.doesNotMatch(said.join("\n"), /sink other was taken out/);
  });
});
