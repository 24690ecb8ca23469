import assert from "node:assert/strict";
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { follow, HEAD, java, LONG, NEXT, quiet, recordsIn, TRACE, type Written } from "./followed-groups.ts";

describe("multiline", () => {
  it("makes one record of a line and its trace, at the offset of its first byte", async (t) => {
    const app = follow(t, java);
    writeFileSync(app.log("a"), `${NEXT}\n${HEAD}\n${TRACE}\n${NEXT}\n`);
    await app.begin();
    await until(() => app.records().length === 2);
    const [, record] = app.records();
    assert.equal(record?.raw, `${HEAD}\n${TRACE}`);
    assert.equal(record?.message, `${HEAD}\n${TRACE}`);
    assert.equal(record?.level, "error");
    assert.equal(record?.offset, NEXT.length + 1);
    assert.equal(app.engine.snapshot().totals.lines, 2, "the last is held back");
  });

  it("L4: a stop and start in the middle of a group neither repeats nor loses a line of it", async (t) => {
    const app = follow(t, java);
    writeFileSync(app.log("a"), `${NEXT}\n${HEAD}\n${TRACE}\n`);
    await app.begin();
    await app.seen("a");
    await until(() => app.records().length === 1);
    await app.engine.close();
    assert.equal(app.records().length, 1);
    appendFileSync(app.log("a"), `Caused by: java.io.IOException\n\tat a.B.c(B.java:1)\n${NEXT}\n`);
    const again = follow(t, java, {}, app.folder);
    await again.begin();
    await until(() => again.records().length === 2);
    assert.equal(again.raws()[1], `${HEAD}\n${TRACE}\nCaused by: java.io.IOException\n\tat a.B.c(B.java:1)`);
  });

  it("L5: groups of two files that grow by turns do not mix", async (t) => {
    const app = follow(t, java);
    const texts = { a: "", b: "" };
    for (const name of ["a", "b"] as const) writeFileSync(app.log(name), "");
    await app.begin();
    for (let at = 0; at < 40; at++) {
      for (const name of ["a", "b"] as const) {
        const line = at === 0 ? `${HEAD} ${name}` : `\tat ${name}.B.c(B.java:${at})`;
        appendFileSync(app.log(name), `${line}\n`);
        texts[name] += at === 0 ? line : `\n${line}`;
      }
      if (at % 10 === 0) await Promise.all([app.seen("a"), app.seen("b")]);
    }
    for (const name of ["a", "b"]) appendFileSync(app.log(name), `${NEXT}\n`);
    await until(() => app.records().length === 2);
    assert.deepEqual(app.raws().toSorted(), [texts.a, texts.b]);
  });

  it("takes the last group of a file that is drained, and of one that was renamed away", async (t) => {
    const app = follow(t, java);
    writeFileSync(app.log("a"), `${HEAD}\n\tat a.B.c(B.java:1)\n`);
    await app.begin();
    await app.seen("a");
    renameSync(app.log("a"), join(app.folder, "a.log.1"));
    writeFileSync(app.log("a"), `\tat of.another.File(X.java:1)\n${NEXT}\n`);
    await app.seen("a");
    await until(() => app.records().length >= 1);
    const { undelivered } = await app.engine.drain(10_000);
    assert.equal(undelivered, 0);
    assert.deepEqual(app.raws().toSorted(), [
      "\tat of.another.File(X.java:1)",
      `${HEAD}\n\tat a.B.c(B.java:1)`,
      NEXT,
    ]);
  });

  it("gives a sink that lags the same groups with the same ids", async (t) => {
    const folder = tempFolder(t);
    const lines: string[] = [];
    /** Groups of four lines: of each 21, the one that is 2 modulo 3 and 0 modulo 7. */
    const CUT = 14;
    for (let at = 0; at < 300; at++) {
      lines.push(`${HEAD} ${at}`, ...TRACE.split("\n").slice(0, at % 3), ...(at % 7 ? [] : [" päivä"]));
    }
    writeFileSync(join(folder, "a.log"), `${lines.join("\n")}\n`);
    const running = runEngine(t, folder);
    const limited = { preset: "java", maxLines: 3, timeout: 50 };
    const sources = { app: { paths: "*.log", parser: "plain", from: "start", multiline: limited } };
    const out = { type: "file", path: "out" };
    const down = { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` };
    await running.apply({ ...quiet, sources, sinks: { out, late: down } });
    await until(() => recordsIn(join(folder, "out")).length === 300 + CUT);
    appendFileSync(join(folder, "a.log"), `${HEAD} last\n`);
    await until(() => recordsIn(join(folder, "out")).length === 301 + CUT);
    const late = { type: "file", path: "late" };
    await running.engine.close();
    const second = runEngine(t, folder);
    await second.apply({ ...quiet, sources, sinks: { out, late } });
    await until(() => recordsIn(join(folder, "late")).length === 301 + CUT);
    assert.deepEqual(recordsIn(join(folder, "late")), recordsIn(join(folder, "out")));
    assert.equal((await second.engine.drain(60_000)).undelivered, 0);
    const { sinks } = second.engine.snapshot();
    assert.deepEqual(
      sinks.map(({ lagRecords, lagBytes }) => [lagRecords, lagBytes]),
      sinks.map(() => [0, 0]),
    );
  });

  it("reads and loses nothing twice when it is changed while a group is held back", async (t) => {
    const app = follow(t, java);
    writeFileSync(app.log("a"), `${NEXT}\n${HEAD}\n${TRACE}\n`);
    await app.begin();
    await app.seen("a");
    await until(() => app.records().length === 1);
    await app.begin({ multiline: undefined });
    await until(() => app.records().length === 4);
    await app.begin({ multiline: { start: "^\\d", timeout: LONG } });
    appendFileSync(app.log("a"), `${HEAD}\nany text\n${NEXT}\n`);
    await until(() => app.records().length === 5);
    assert.deepEqual(app.raws(), [NEXT, HEAD, ...TRACE.split("\n"), `${HEAD}\nany text`]);
    const ids = app.records().map(({ id }) => id);
    assert.equal(new Set(ids).size, 5);
  });

  it("ends a group at its limits, marks its record and counts it", async (t) => {
    const app = follow(t, { preset: "indent", maxLines: 2, timeout: 50 });
    writeFileSync(app.log("a"), "a\n 1\n 2\nb\n");
    await app.begin();
    await until(() => app.records().length === 3);
    assert.deepEqual(
      app.records().map(({ raw, fields }) => [raw, fields.truncated]),
      [
        ["a\n 1", true],
        [" 2", undefined],
        ["b", undefined],
      ],
    );
    assert.equal(app.engine.snapshot().sources[0]?.files[0]?.cutLines, 1);
  });

  it("puts lines of UTF-16 together", async (t) => {
    const app = follow(t, java);
    const text = `\uFEFF${HEAD}\r\n\tat päivä.B.c(B.java:1)\r\n${NEXT}\r\n`;
    writeFileSync(app.log("a"), Buffer.from(text, "utf16le"));
    await app.begin();
    await until(() => app.records().length === 1);
    assert.deepEqual(app.raws(), [`${HEAD}\n\tat päivä.B.c(B.java:1)`]);
    assert.equal(app.records()[0]?.offset, 2);
  });

  const log4j = String.raw`(?<time>\S+ \S+) (?<level>\w+) \[(?<thread>\w+)\] (?<logger>\S+) - (?<message>.*)$`;
  const whole = String.raw`(?<level>\w+) (?<message>[^\n]*)\n(?<trace>[^]*)`;
  const parsers: [
    says: string,
    parser: object | string,
    how: object,
    lines: string,
    want: Partial<Written>,
  ][] = [
    [
      "an expression reads the first line, and its message goes on",
      { type: "regex", pattern: log4j },
      java,
      `${HEAD}\n${TRACE}\n${NEXT}\n`,
      { level: "error", message: `request failed\n${TRACE}`, fields: { thread: "main", logger: "shop" } },
    ],
    [
      "an expression that names line feeds reads all",
      { type: "regex", pattern: whole },
      { preset: "indent", timeout: LONG },
      "ERROR a\n b\n c\nERROR d\n e\n",
      { level: "error", message: "a", fields: { trace: " b\n c" } },
    ],
    [
      "JSON over several lines is one object",
      "json",
      { preset: "json", timeout: LONG },
      '{\n  "level": "warn",\n  "msg": "low",\n  "n": [\n    1\n  ]\n}\n',
      { level: "warn", message: "low", fields: { n: [1] } },
    ],
    [
      "JSON over several lines is found out",
      "auto",
      { preset: "json", timeout: LONG },
      '{\n  "level": "warn",\n  "msg": "low"\n}\n',
      { level: "warn", message: "low", fields: {} },
    ],
    [
      "a JSON line with a trace below it keeps its fields",
      "json",
      { start: "^\\{", timeout: LONG },
      '{"level":"error","msg":"it broke","id":7}\n  at a\n{}\n',
      { level: "error", message: "it broke\n  at a", fields: { id: 7 } },
    ],
    [
      "logfmt reads the first line",
      "logfmt",
      { preset: "go", timeout: LONG },
      "level=error msg=panicked id=7\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1\nlevel=info msg=b\n",
      {
        level: "error",
        message: "panicked\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1",
        fields: { id: 7 },
      },
    ],
    [
      "what does not parse keeps all its lines",
      { type: "regex", pattern: "(?<a>x)" },
      java,
      `${HEAD}\n${TRACE}\n${NEXT}\n`,
      { message: `${HEAD}\n${TRACE}`, error: "does not match the pattern" },
    ],
  ];
  for (const [says, parser, how, lines, want] of parsers) {
    it(says, async (t) => {
      const app = follow(t, how, { parser });
      writeFileSync(app.log("a"), lines);
      await app.begin();
      const record = await until(() => app.records()[0]);
      for (const [key, value] of Object.entries(want)) {
        assert.deepEqual(record[key as keyof Written], value, key);
      }
      assert.equal(lines.startsWith(record.raw), true);
      assert.equal(record.error, want.error);
    });
  }

  it("keeps the groups of lines whose parser runs away, unparsed", async (t) => {
    const parser = { type: "regex", pattern: "(?<all>(a+)+)$" };
    const app = follow(t, { preset: "indent", timeout: LONG }, { parser });
    const groups = ["a\n 1", "a", `${"a".repeat(60)}!\n 2\n 3`, "a\n 4"];
    writeFileSync(app.log("a"), `${groups.join("\n")}\nend\n`);
    await app.begin();
    await until(() => app.records().length === 4);
    assert.deepEqual(app.raws(), groups);
    assert.deepEqual(
      app.records().map(({ error }) => error?.slice(-11)),
      [undefined, undefined, "quarantined", "quarantined"],
    );
  });

  it("refuses an expression that is none and names the setting", async (t) => {
    const { issues } = await follow(t, { start: "(" }).begin();
    assert.equal(issues[0]?.path.join("."), "sources.app.multiline.start");
    assert.match(issues[0]?.message ?? "", /^Invalid regular expression/);
  });
});
