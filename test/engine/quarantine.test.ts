import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, it, type TestContext } from "node:test";
import { createQuarantine } from "../../src/engine/quarantine.ts";
import { createLimit, type Limit, TookTooLong } from "../../src/lib/limit.ts";
import { createParser } from "../../src/parsers/index.ts";
import type { Parser } from "../../src/parsers/parser.ts";
import { cpuTime } from "../helpers/cpu-time.ts";
import { recording } from "../helpers/delivery.ts";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { deadPort } from "../helpers/port.ts";
import { origin } from "../helpers/records.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const utc = { timezone: "UTC", ignoreOffset: false };
const PATTERN = "^(?<x>(a+)+)$";
const runaway = { type: "regex", pattern: PATTERN };
/** No machine gets to the end of it. */
const LONG = `${"a".repeat(100_000)}!`;
const quiet = { monitor: false, store: false };
const out = { type: "file", path: "out" };

/** What a sink got of a source: whether each line was parsed, and its first characters. */
const outcomes = (file: string, source: string): string[] =>
  recordsIn(file)
    .filter((record) => record.source === source)
    .map(({ raw, error }) => `${error === undefined ? "parsed" : "kept"} ${raw.slice(0, 5)}`);

async function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("bad.log"), `aa\n${LONG}\naaa\n`);
  writeFileSync(at("good.log"), "aa\n");
  writeFileSync(at("other.log"), "0\n");
  const sources = {
    bad: { paths: "bad.log", parser: runaway, from: "start" },
    good: { paths: "good.log", parser: runaway, from: "start" },
    other: { paths: "other.log", parser: "plain", from: "start" },
  };
  return { folder, at, sources, ...runEngine(t, folder) };
}

describe("an expression that runs away", () => {
  it("L11: is stopped within 2 s and named, its source goes on with lines kept, and others never notice", async (t) => {
    const { at, sources, engine, apply } = await setUp(t);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    t.after(() => delay.disable());
    await apply({ ...quiet, sources, sinks: { out } });
    for (let line = 1; line < 20; line++) {
      appendFileSync(at("other.log"), `${line}\n`);
      await until(() => outcomes(at("out"), "other").length > line);
    }
    await until(() => outcomes(at("out"), "bad").length === 3);
    assert.deepEqual(outcomes(at("out"), "bad"), ["parsed aa", "kept aaaaa", "kept aaa"]);
    const stood = [delay.max];
    // A machine that has other things to do may keep it from its turn.
    while (stood.every((time) => time >= 2e9)) {
      assert.ok(stood.length < 3, `the engine stood still for ${stood.map((time) => time / 1e6)} ms`);
      const again = await setUp(t);
      delay.reset();
      await again.apply({ ...quiet, sources, sinks: { out } });
      await until(() => outcomes(again.at("out"), "bad").length === 3);
      stood.push(delay.max);
      await again.engine.close();
    }

    const kept = recordsIn(at("out")).find(({ raw }) => raw.length > 100);
    assert.equal(kept?.raw, LONG);
    assert.equal(kept?.error, `the pattern ${PATTERN} was stopped at byte 3: quarantined`);
    const snapshot = engine.snapshot();
    const [problem = "", ...others] = snapshot.problems;
    assert.deepEqual(others, []);
    for (const part of ["source bad", PATTERN, `byte 3 of ${at("bad.log")}`, `"${LONG.slice(0, 200)}"`])
      assert.ok(problem.includes(part), `${part} in: ${problem}`);
    const [bad, good] = snapshot.sources;
    assert.deepEqual([bad?.state, bad?.reason, bad?.unparsed], ["watching", kept?.error, 2]);
    assert.deepEqual([good?.state, good?.reason, good?.unparsed], ["watching", undefined, 0]);
    appendFileSync(at("bad.log"), "aaaa\n");
    appendFileSync(at("good.log"), "aaaa\n");
    await until(() => outcomes(at("out"), "good").length === 2 && outcomes(at("out"), "bad").length === 4);
    assert.equal(outcomes(at("out"), "bad").at(-1), "kept aaaa");
    assert.equal(outcomes(at("out"), "good").at(-1), "parsed aaaa");
  });

  it("is tried again when its source is started, resumed or configured anew", async (t) => {
    const { at, sources, engine, apply } = await setUp(t);
    await apply({ ...quiet, sources, sinks: { out } });
    const bad = () => engine.snapshot().sources.find(({ id }) => id === "bad");
    let lines = 3;
    const again = async (act: () => unknown): Promise<void> => {
      await until(() => bad()?.reason?.includes("was stopped"), { what: "quarantine" });
      await act();
      assert.equal(bad()?.reason, undefined);
      assert.deepEqual(engine.snapshot().problems, []);
      appendFileSync(at("bad.log"), "aaaaa\n");
      lines++;
      await until(() => outcomes(at("out"), "bad").length === lines);
      assert.equal(outcomes(at("out"), "bad").at(-1), "parsed aaaaa");
      appendFileSync(at("bad.log"), `${LONG}\n`);
      lines++;
      await until(() => outcomes(at("out"), "bad").length === lines);
    };
    await until(() => outcomes(at("out"), "bad").length === lines);
    await again(() => engine.start({ source: "bad" }));
    await again(async () => {
      await engine.stop({ source: "bad" });
      await engine.start({ source: "bad" });
    });
    await again(async () => {
      await engine.pause({ source: "bad" });
      await engine.resume({ source: "bad" });
    });
    const changed = { ...sources.bad, parser: { ...runaway, types: { x: "string" } } };
    await again(() => apply({ ...quiet, sources: { ...sources, bad: changed }, sinks: { out } }));
    await apply({ ...quiet, sources: { other: sources.other }, sinks: { out } });
    assert.deepEqual(engine.snapshot().problems, []);
  });

  it("gives the same records to a sink that lags, also after a restart", async (t) => {
    const { folder, at, sources, engine, apply } = await setUp(t);
    const dsn = `http://127.0.0.1:${await deadPort()}@u@p@db@s`;
    await apply({ ...quiet, sources, sinks: { out, late: { type: "influxdb", dsn }, later: out2(dsn) } });
    await until(() => outcomes(at("out"), "bad").length === 3);
    appendFileSync(at("bad.log"), "aaaa\n");
    await until(() => outcomes(at("out"), "bad").length === 4);
    await engine.start({ source: "bad" });
    appendFileSync(at("bad.log"), "aaaaa\n");
    await until(() => outcomes(at("out"), "bad").length === 5);
    const expected = ["parsed aa", "kept aaaaa", "kept aaa", "kept aaaa", "parsed aaaaa"];
    assert.deepEqual(outcomes(at("out"), "bad"), expected);

    const late = { type: "file", path: "late" };
    await apply({ ...quiet, sources, sinks: { out, late, later: out2(dsn) } });
    await until(() => outcomes(at("late"), "bad").length === 5);
    assert.deepEqual(outcomes(at("late"), "bad"), expected);
    await engine.close();

    const second = runEngine(t, folder);
    await second.apply({ ...quiet, sources, sinks: { out, late, later: { type: "file", path: "later" } } });
    await until(() => outcomes(at("later"), "bad").length === 5);
    assert.deepEqual(outcomes(at("later"), "bad"), expected);
    const errors = (name: string) => recordsIn(at(name)).map(({ error }) => error);
    assert.deepEqual(errors("late").toSorted(), errors("later").toSorted());
    assert.deepEqual(second.engine.snapshot().problems, []);
  });
});

/** A destination that is down. */
const out2 = (dsn: string) => ({ type: "influxdb", dsn });

describe("lines read by an expression", () => {
  const passage = (text: string, seq = 1) => ({
    seq,
    config: 1,
    bytes: Buffer.from(text),
    start: 0,
    observed: 7,
  });
  /** Takes as long (ms) for a line as it says. */
  const slow = (): Parser => {
    const inner = createParser("plain", {}, utc);
    return {
      ...inner,
      expressions: ["slow"],
      parse(raw, ...rest) {
        const end = performance.now() + Number(raw);
        while (performance.now() < end);
        return inner.parse(raw, ...rest);
      },
    };
  };

  it("are not given up when they are many, and each is quick", () => {
    const quarantine = createQuarantine(recording());
    const lines = Array.from({ length: 60 }, () => "10");
    const records = quarantine.read(passage(`${lines.join("\n")}\n`), slow(), origin);
    assert.deepEqual(
      records.map(({ raw, error }) => [raw, error]),
      lines.map((line) => [line, undefined]),
    );
    assert.deepEqual(quarantine.problems, []);
  });

  it("are given up when they hold everything up together, as if one did", () => {
    const log = recording();
    const quarantine = createQuarantine(log);
    const records = quarantine.read(passage("100\n".repeat(200)), slow(), origin);
    assert.equal(records.length, 200);
    const taken = records.filter(({ error }) => error === undefined).length;
    assert.ok(taken < 40, `${taken} lines were taken, of 0.1 s each`);
    assert.equal(records[0]?.error, undefined);
    assert.match(
      records.at(-1)?.error ?? "",
      /^the pattern slow was stopped with several slow lines at byte /,
    );
    assert.match(log.lines[0] ?? "", /stopped after 700 ms with several slow lines/);
    assert.match(quarantine.of("access") ?? "", /quarantined$/);
    assert.equal(log.lines.length, 1);
  });

  it("count again in their block alone when they are read again", () => {
    const quarantine = createQuarantine(recording());
    const inner = createParser("regex", { pattern: PATTERN }, utc);
    const tried: string[] = [];
    const parser: Parser = {
      ...inner,
      parse(raw, ...rest) {
        tried.push(raw);
        return inner.parse(raw, ...rest);
      },
    };
    const texts = () => quarantine.replay(passage(`aa\n${LONG}\naaa\n`, 5), parser, origin);
    const first = texts();
    assert.deepEqual(
      first.map(({ error }) => error === undefined),
      [true, false, false],
    );
    tried.length = 0;
    assert.deepEqual(texts(), first);
    assert.deepEqual(tried, ["aa"], "what is known is not tried again");
    assert.equal(quarantine.of("access"), undefined);
    assert.deepEqual(
      quarantine.replay(passage("aa\n", 6), parser, origin).map(({ error }) => error),
      [undefined],
    );
  });

  it("are not waited for one by one where single ones are looked at", () => {
    const limited = createQuarantine(recording()).limited(createParser("regex", { pattern: PATTERN }, utc));
    const began = cpuTime();
    const errors = ["aa", LONG, LONG, "aa"].map((line) => limited.parse(line, origin, 0, 7).error);
    assert.deepEqual(errors, [undefined, ...Array.from({ length: 3 }, () => "took too long")]);
    assert.ok(cpuTime() - began < 2_000);
  });

  for (const how of ["read", "replay"] as const) {
    it(`hold the thread little longer when they are of many sources with one pattern (${how})`, () => {
      /** Limits (ms) that were reached. */
      let reached: number[] = [];
      const inner = createLimit();
      const limit: Limit = {
        run(work, ms) {
          try {
            return inner.run(work, ms);
          } catch (error) {
            if (error instanceof TookTooLong) reached.push(ms);
            throw error;
          }
        },
      };
      const quarantine = createQuarantine(recording(), limit);
      const kept = (source: string, seq: number) =>
        quarantine[how](
          passage(`aa\n${LONG}\naaa\n`, seq),
          createParser("regex", { pattern: PATTERN }, utc),
          {
            ...origin,
            source,
          },
        ).map(({ error }) => error);
      const reasons = new Set<string | undefined>();
      for (let seq = 1; seq <= 8; seq++) {
        const [fine, first, second] = kept(`s${seq}`, seq);
        assert.equal(fine, undefined);
        for (const reason of [first, second]) reasons.add(reason);
      }
      assert.deepEqual([...reasons], [`the pattern ${PATTERN} was stopped at byte 3: quarantined`]);
      const sum = reached.reduce((all, ms) => all + ms, 0);
      assert.ok(sum < 2_000, `stopped for ${reached.join(" + ")} ms`);
      if (how === "replay") return;
      assert.equal(quarantine.problems.length, 8);
      reached = [];
      quarantine.lift("s8");
      kept("s8", 9);
      assert.equal(Math.max(...reached), 250, "who starts it again gives it its time");
    });
  }

  it("cost the line alone that the parser throws at", () => {
    const quarantine = createQuarantine(recording());
    const inner = createParser("plain", {}, utc);
    const parser: Parser = {
      name: "throws",
      expressions: ["x"],
      parse(raw, ...rest) {
        if (raw === "b") throw new Error("no b");
        return inner.parse(raw, ...rest);
      },
    };
    assert.deepEqual(
      quarantine.read(passage("a\nb\nc\n"), parser, origin).map(({ raw, error }) => [raw, error]),
      [
        ["a", undefined],
        ["b", "the parser failed: no b"],
        ["c", undefined],
      ],
    );
  });
});
