import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createTrials } from "../../src/engine/parser-trial.ts";
import { bestFirst } from "../../src/vscode/try-order.ts";
import { tempFolder } from "../helpers/temp.ts";

const words = {
  line: "Line",
  time: "Time",
  level: "Level",
  message: "Message",
  refused: "Not taken: {0}",
  taken: "Taken: {0}",
  more: "{0} more",
};

describe("trying parsers", () => {
  const folder = tempFolder({ after });
  const file = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  };
  const line = (n: number) =>
    `time=2026-11-21T10:00:00.${String(n).padStart(3, "0")}Z level=info msg="m ${n}" n=${n}`;
  const lines = Array.from({ length: 150 }, (_, n) => line(n));

  it("tells of each how many of the last hundred lines it takes, and with how many fields", async () => {
    const trials = createTrials();
    const mixed = [...lines.slice(0, 148), "a banner", line(149)];
    const asked = { file: file("app.log", mixed), source: {}, parsers: ["logfmt", "json", "plain", "auto"] };
    const [logfmt, json, plain, auto] = await trials.try(asked);
    const counts = { lines: 100, records: 100, taken: 99, fitting: 99, timed: 99, fields: 1 };
    assert.deepEqual(logfmt, { name: "logfmt", ...counts });
    assert.equal(json?.taken, 0);
    assert.deepEqual([plain?.taken, plain?.fields], [100, 0]);
    assert.equal(auto?.name, "auto (logfmt)");
  });

  it("tells words with a pair among them apart from lines of pairs, and what a parser finds no time in", async () => {
    const worded = Array.from(
      { length: 32 },
      (_, n) => `2026-11-22 14:31:${n + 10} ERROR payment failed order=${n} user=bob`,
    );
    const trace = ["java.io.IOException: no", "\tat a.b.C.d(C.java:1)"];
    const traced = worded.flatMap((line, at) => (at % 4 === 0 ? [line, ...trace] : [line]));
    const asked = { file: file("app2.log", traced), source: {}, parsers: ["logfmt", "plain", "auto"] };
    const trials = await createTrials().try(asked);
    const [logfmt, plain] = trials;
    assert.deepEqual([logfmt?.taken, logfmt?.fitting, logfmt?.timed], [32, 0, 0]);
    assert.deepEqual([plain?.taken, plain?.fitting, plain?.timed], [48, 48, 32]);
    assert.deepEqual(
      bestFirst(trials).map((at) => trials[at]?.name),
      ["plain", "auto (plain)", "logfmt"],
    );
  });

  it("keeps to the same lines while the file grows", async () => {
    const trials = createTrials();
    const path = file("growing.log", lines);
    const before = await trials.preview({ file: path, source: {}, parser: "logfmt", words });
    file("growing.log", [...lines, "more"]);
    assert.deepEqual(await trials.preview({ file: path, source: {}, parser: "logfmt", words }), before);
  });

  it("says what is wrong with a pattern, and ends one that runs away", async () => {
    const trials = createTrials();
    const evil = `${"a".repeat(40)}!`;
    const path = file("evil.log", [evil, evil]);
    const patterns = ["(?<a>", "(.*)", "(?<a>(a+)+)$", "(?<all>.*)"];
    const parsers = patterns.map((pattern) => ({ type: "regex", pattern }));
    const began = performance.now();
    const [open, nameless, runaway, all] = await trials.try({ file: path, source: {}, parsers });
    assert.match(open?.fault ?? "", /pattern: .*group/i);
    assert.match(nameless?.fault ?? "", /no named group/);
    assert.match(runaway?.fault ?? "", /too long/);
    assert.equal(all?.taken, 2);
    assert.ok(performance.now() - began < 30_000);
    const started = { file: path, source: { multiline: { start: "^(a+)+$" } }, parsers: ["plain"] };
    assert.match((await trials.try(started))[0]?.fault ?? "", /too long/);
  });

  it("puts lines together as the source does, or as it might", async () => {
    const trials = createTrials();
    const trace = ["ERROR it broke", "java.lang.Exception: no", "\tat a.b(C.java:1)", "\tat a.c(C.java:2)"];
    const path = file("trace.log", [...trace, ...trace, ...trace]);
    const asked = { file: path, source: {}, parser: "plain", ways: [undefined, "indent"] };
    const found = await trials.group(asked);
    assert.deepEqual(
      found.map(({ lines, records }) => [lines, records]),
      [
        [12, 12],
        [12, 6],
      ],
    );
    const { text } = await trials.preview({
      file: path,
      source: { multiline: "indent" },
      parser: "plain",
      words,
    });
    assert.match(text, /java\.lang\.Exception: no⏎/);
  });

  it("shows what is not taken first, with the reason, and the rest as a table", async () => {
    const trials = createTrials();
    const path = file("table.log", [
      line(1),
      "no \u202esuch\0 line",
      line(22),
      "n=漢字",
      `n="${"x".repeat(100)}"`,
    ]);
    const shown = await trials.preview({ file: path, source: {}, parser: "logfmt", words });
    const rows = shown.text.split("\n");
    assert.equal(rows[0], "Not taken: 1");
    assert.match(rows[1] ?? "", /^\w/);
    assert.equal(rows[2], "  2  no ‹202E›such␀ line");
    assert.deepEqual([shown.titles, shown.heads, shown.reasons], [[0, 4], [5], [1]]);
    assert.deepEqual(rows.slice(5, 9), [
      "Line  Time                      Level  n                                         Message",
      "   1  2026-11-21T10:00:00.001Z  info   1                                         m 1",
      "   3  2026-11-21T10:00:00.022Z  info   22                                        m 22",
      "   4  –                                漢字                                      n=漢字",
    ]);
    assert.match(rows[9] ?? "", / x{39}… /);
  });

  it("reads nothing of what a source says beside how its lines are written", async () => {
    const source = { paths: ["/elsewhere"], nonsense: 1, timezone: "Nowhere/At_All" };
    const [trial] = await createTrials().try({ file: file("x.log", lines), source, parsers: ["logfmt"] });
    assert.match(trial?.fault ?? "", /timezone/);
  });
});
