import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { recording } from "../helpers/delivery.ts";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const PATTERN = "^(a+)+$";
const BAD = `${"a".repeat(60)}!`;
const quiet = { monitor: false, store: false };
const out = { type: "file", path: "out" };

const rawsOf = (file: string, source: string): string[] =>
  recordsIn(file)
    .filter((record) => record.source === source)
    .map(({ raw }) => raw);

async function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("bad.log"), `aa\n of it\n${BAD}\nafter\n`);
  writeFileSync(at("good.log"), "0\n");
  const from = { parser: "plain", from: "start" };
  const sources = {
    bad: { ...from, paths: "bad.log", multiline: { start: PATTERN, timeout: 50 } },
    good: { ...from, paths: "good.log" },
  };
  const log = recording();
  const stops = () => log.lines.filter((line) => line.includes("was stopped"));
  return { folder, at, sources, stops, ...runEngine(t, folder, {}, log) };
}

describe("a multiline expression that runs away", () => {
  it("L11: is stopped once and named; its file is read on line by line, also for a sink that lags", async (t) => {
    const { folder, at, sources, stops, engine, apply } = await setUp(t);
    const down = { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` };
    await apply({ ...quiet, sources, sinks: { out, late: down } });
    const expected = ["aa\n of it", BAD, "after"];
    for (let line = 1; line <= 20; line++) {
      const text = line % 5 === 0 ? BAD : `line ${line}`;
      appendFileSync(at("bad.log"), `${text}\n`);
      expected.push(text);
      appendFileSync(at("good.log"), `${line}\n`);
      await until(() => rawsOf(at("out"), "good").length > line);
    }
    await until(() => rawsOf(at("out"), "bad").length >= expected.length);
    assert.deepEqual(rawsOf(at("out"), "bad"), expected);

    assert.equal(stops().length, 1);
    const { problems, sources: rows } = engine.snapshot();
    assert.deepEqual(problems, stops());
    for (const part of ["source bad", PATTERN, `byte 10 of ${at("bad.log")}`, JSON.stringify(BAD)])
      assert.ok(problems[0]?.includes(part), `${part} in: ${problems[0]}`);
    const [bad, good] = rows;
    assert.equal(bad?.state, "watching");
    assert.match(bad?.reason ?? "", /^multiline: the pattern .* was stopped at byte 10 of .*: quarantined/);
    assert.equal(good?.reason, undefined);

    const all = recordsIn(at("out"));
    await engine.close();
    const second = runEngine(t, folder);
    await second.apply({ ...quiet, sources, sinks: { out, late: { type: "file", path: "late" } } });
    await until(() => recordsIn(at("late")).length >= all.length);
    assert.deepEqual(recordsIn(at("late")), all);
    assert.deepEqual(second.engine.snapshot().problems, []);
  });

  it("is tried again when its source is started, resumed or configured anew", async (t) => {
    const { at, sources, stops, engine, apply } = await setUp(t);
    await apply({ ...quiet, sources, sinks: { out } });
    const bad = () => engine.snapshot().sources.find(({ id }) => id === "bad");
    let tries = 0;
    const again = async (act: () => unknown): Promise<void> => {
      tries++;
      await until(() => bad()?.reason?.includes("was stopped"), { what: "quarantine" });
      await act();
      assert.equal(bad()?.reason, undefined);
      assert.deepEqual(engine.snapshot().problems, []);
      appendFileSync(at("bad.log"), `aaa\n try ${tries}\n`);
      await until(() => rawsOf(at("out"), "bad").at(-1) === `aaa\n try ${tries}`);
      assert.equal(stops().length, tries);
      appendFileSync(at("bad.log"), `first\n${BAD}\n`);
      await until(() => rawsOf(at("out"), "bad").at(-1) === BAD);
    };
    await until(() => rawsOf(at("out"), "bad").length === 3);
    await again(() => engine.start({ source: "bad" }));
    await again(async () => {
      await engine.stop({ source: "bad" });
      await engine.start({ source: "bad" });
    });
    await again(async () => {
      await engine.pause({ source: "bad" });
      await engine.resume({ source: "bad" });
    });
    const changed = { ...sources.bad, multiline: { start: PATTERN, timeout: 60 } };
    await again(() => apply({ ...quiet, sources: { ...sources, bad: changed }, sinks: { out } }));
    await apply({ ...quiet, sources: { good: sources.good }, sinks: { out } });
    assert.deepEqual(engine.snapshot().problems, []);
  });
});
