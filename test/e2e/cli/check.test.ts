import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { tempFolder } from "../../helpers/temp.ts";
import { runCli, start } from "./program.ts";

const GOOD = `sources:
  access: { type: file, paths: ["logs/*.log"], parser: nginx }
sinks:
  out: { type: file, path: out.ndjson }
`;

async function check(t: TestContext, text: string) {
  const cwd = tempFolder(t);
  writeFileSync(join(cwd, "lm.yaml"), text);
  mkdirSync(join(cwd, "logs"));
  writeFileSync(join(cwd, "logs", "a.log"), "");
  return { cwd, ...(await runCli(t, ["check", "--config", "lm.yaml"], { cwd })) };
}

describe("log-monitor check", () => {
  it("finds a good configuration good", async (t) => {
    const { code, out, err } = await check(t, GOOD);
    assert.equal(code, 0, err);
    assert.match(out, /^sinks\.out: good \(.*out\.ndjson, in \d+ ms\)$/m);
    assert.match(out, /^sinks\.store: good/m);
    assert.match(out, /^the configuration is good: 1 source, 2 sinks$/m);
  });

  it("tells of sinks that can't be tried, as their own options are wrong, apart from those that failed", async (t) => {
    const { code, err } = await check(t, `${GOOD}  wrong: { type: file, pth: b.ndjson }\n`);
    assert.equal(code, 1, err);
    assert.match(err, /, 0 of 2 sinks failed, 1 with errors not tried$/m);
  });

  it("warns of each secret in plain at its place, with what to write, and does not repeat it", async (t) => {
    const text = `store: false
sources:
  access: { type: file, paths: ["logs/*.log"] }
sinks:
  out: { type: file, path: out.ndjson }
  db:
    type: influxdb
    url: http://127.0.0.1:1
    database: d
    user: me
    password: hunter22
  named: { type: influxdb, url: "http://127.0.0.1:1", database: d, user: me, password: "\${env:HOME}" }
`;
    const checked = await check(t, text);
    const warning =
      /^\S+lm\.yaml:(\d+):\d+: warning: sinks\.db\.password: a secret stands here for everyone to read: write \$\{env:NAME\} in its place$/;
    const run = await runCli(t, ["run", "--once", "--patience", "0s", "--config", "lm.yaml"], {
      cwd: checked.cwd,
    });
    for (const { err, out } of [checked, run]) {
      assert.doesNotMatch(err + out, /hunter22/);
      const warned = err.split("\n").filter((line) => line.includes("everyone"));
      assert.equal(warned.length, 1, err);
    }
    const [line = ""] = checked.err.split("\n");
    assert.equal(warning.exec(line)?.[1], "11", line);
    assert.match(run.err, /lm\.yaml:11: sinks\.db\.password: a secret stands .*\$\{env:NAME\}/);
  });

  it("warns of paths that match nothing, with the folder it looked in", async (t) => {
    const paths = '["logs/*.log", "logs/*.txt", "elsewhere/b.log"]';
    const { code, err } = await check(t, GOOD.replace('["logs/*.log"]', paths));
    assert.equal(code, 0, err);
    const [first = "", second = "", ...more] = err.trimEnd().split("\n");
    assert.match(
      first,
      /^sources\.access\.paths: warning: no file matches \S+\*\.txt at present: looked in \S+logs$/,
    );
    assert.match(second, /no file matches \S+b\.log at present: looked in \S+elsewhere, which is not there$/);
    assert.deepEqual(more, []);
  });

  it("says of a folder among paths what to write", async (t) => {
    const { code, err } = await check(t, GOOD.replace("logs/*.log", "logs"));
    assert.equal(code, 0, err);
    assert.match(
      err,
      /^sources\.access\.paths: warning: \S+logs is a folder: write \S+\*\.log for the logs in it\n$/,
    );
  });

  it("finds programs and folders that are not there, and brokers that do not answer", async (t) => {
    const { code, err } = await check(
      t,
      `store: false
sources:
  good: { type: command, command: [node, -v] }
  lost: { type: command, command: [no-such-program, -f] }
  away: { type: command, command: [node], cwd: nowhere }
  off: { type: command, command: [no-such-program], enabled: false }
  kafka: { type: kafka, brokers: "127.0.0.1:1", topics: logs }
`,
    );
    assert.equal(code, 1, err);
    const [first = "", second = "", third = "", last = "", ...more] = err.trimEnd().split("\n");
    assert.match(
      first,
      /^sources\.lost\.command: error: there is no program "no-such-program" \(ENOENT\): install/,
    );
    assert.match(second, /^sources\.away\.cwd: error: there is no folder \S+nowhere$/);
    assert.match(third, /^sources\.kafka\.brokers: error: Kafka at 127\.0\.0\.1:1: .*ECONNREFUSED/);
    assert.match(last, /^3 errors, 0 of 0 sinks failed$/);
    assert.deepEqual(more, []);
  });

  it("shows no secret in what it says of sources", async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(
      join(cwd, "lm.yaml"),
      `store: false
sources:
  lost: { type: command, command: ["no-such-\${secret:NAME}", -f] }
`,
    );
    const env = { LOG_MONITOR_SECRET_NAME: "canary-program" };
    const { code, err } = await runCli(t, ["check", "--config", "lm.yaml"], { cwd, env });
    assert.equal(code, 1, err);
    assert.match(err, /^sources\.lost\.command: error: there is no program "no-such-\*\*\*"/);
  });

  it("leaves nothing behind", async (t) => {
    for (const text of [GOOD, GOOD.replace("parser:", "praser:")]) {
      const cwd = tempFolder(t);
      writeFileSync(join(cwd, "lm.yaml"), `${text.replace("out.ndjson", "new/out.ndjson")}dataDir: a/b\n`);
      await runCli(t, ["check", "--config", "lm.yaml"], { cwd });
      assert.deepEqual(readdirSync(cwd), ["lm.yaml"]);
    }
  });

  it("says what is wrong with the path of a file sink, and what to do", async (t) => {
    const text = `${GOOD}  folder: { type: file, path: logs }
  below: { type: file, path: logs/a.log/x/out.ndjson }
`;
    const { code, err } = await check(t, text);
    assert.equal(code, 1, err);
    assert.match(err, /^sinks\.folder: error: path: \S+logs is a folder: name a file in it$/m);
    assert.match(
      err,
      /^sinks\.below: error: path: a file is in the place of a folder of .*a\.log is a file.*: correct path$/m,
    );
  });

  it("says of files that are packed how they are read", async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(join(cwd, "x.log.gz"), gzipSync("a\nb\n"));
    writeFileSync(join(cwd, "lm.yaml"), GOOD.replace("logs/*.log", "x.log.gz"));
    const { code, err } = await runCli(t, ["check", "--config", "lm.yaml"], { cwd });
    assert.equal(code, 0, err);
    assert.match(
      err,
      /^sources\.access\.paths: warning: \S+x\.log\.gz is packed \(\.gz\): .*; use zcat FILE \| log-monitor run -$/m,
    );
    const run = await runCli(t, ["run", "--path", "x.log.gz", "--once"], { cwd });
    assert.equal(run.code, 1, run.err);
    assert.match(run.err, /x\.log\.gz is packed \(\.gz\)/);
    assert.doesNotMatch(run.err, /no file matches/);
    const found = await runCli(t, ["inspect", "--file", "x.log.gz", "--line", "2"], { cwd });
    assert.notEqual(found.code, 0);
    assert.match(found.err, /x\.log\.gz is packed \(\.gz\): packed files are read only as/);
  });

  it("ends at once where the system takes no folders", { skip: !existsSync("/proc/self") }, async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(join(cwd, "a.log"), "a\n");
    const config = (sinkPath: string, rest = ""): void =>
      writeFileSync(
        join(cwd, "lm.yaml"),
        `sources: { a: { type: file, paths: [a.log] } }\nsinks: { f: { type: file, path: "${sinkPath}" } }\n${rest}`,
      );
    config("out.ndjson", "dataDir: /proc/zz\n");
    for (const args of [["check"], ["run", "--once"]]) {
      const { code, err } = await runCli(t, [...args, "--config", "lm.yaml"], { cwd });
      assert.notEqual(code, 0);
      assert.match(
        err,
        /the data folder \/proc\/zz can't be used: no folder can be made in \/proc: set dataDir/,
      );
    }
    config("/proc/x/y");
    const tried = await runCli(t, ["check", "--config", "lm.yaml"], { cwd });
    assert.match(
      tried.err,
      /^sinks\.f: error: path: \/proc\/x\/y can't be made \(no folder can be made in \/proc\): correct path$/m,
    );
    const once = await runCli(t, ["run", "--once", "--patience", "1s", "--config", "lm.yaml"], { cwd });
    assert.equal(once.code, 1, once.err);
    assert.match(once.out, /^sink f: 0 delivered, 1 undelivered \(path: \/proc\/x\/y can't be made/m);
  });

  it("names only options that it has when there is nothing to check", async (t) => {
    const { code, err } = await runCli(t, ["check"], { cwd: tempFolder(t) });
    assert.equal(code, 2, err);
    assert.match(err, /nothing to do: give --config FILE, or write a log-monitor\.yaml here$/m);
  });

  it("warns of an expression that can run away, at its place, with a line to try", async (t) => {
    const parser = '{ type: regex, pattern: "^(?<x>(a+)+)$" }';
    const { code, err } = await check(t, GOOD.replace("nginx", parser));
    assert.equal(code, 0, err);
    const [line = "", ...more] = err.trimEnd().split("\n");
    assert.deepEqual(more, []);
    assert.match(
      line,
      /lm\.yaml:2:\d+: warning: sources\.access\.parser\.pattern: can run away: the line "a" × \d+/,
    );
  });

  const cases: [what: string, text: string, message: RegExp][] = [
    [
      "an unknown key, with the one that was meant",
      GOOD.replace("parser:", "praser:"),
      /lm\.yaml:2(:\d+)?: error: sources\.access.*praser.*parser/,
    ],
    [
      "an unknown parser",
      GOOD.replace("nginx", "ngnix"),
      /lm\.yaml:2(:\d+)?: error: sources\.access\.parser.*nginx/,
    ],
    [
      "an unknown kind of sink",
      GOOD.replace("type: file, path: out", "type: flie, path: out"),
      /lm\.yaml:4(:\d+)?: error: sinks\.out/,
    ],
    [
      "a value of the wrong type",
      GOOD.replace('["logs/*.log"]', "7"),
      /lm\.yaml:2(:\d+)?: error: sources\.access\.paths/,
    ],
    ["a file that is no YAML", `${GOOD}monitor: { port: 1\n`, /lm\.yaml:\d+/],
    ["a port out of range", `${GOOD}monitor: { port: 99999 }\n`, /lm\.yaml:5(:\d+)?: error: monitor\.port/],
  ];
  for (const [what, text, message] of cases) {
    it(`names file, line and key of ${what}`, async (t) => {
      const { code, err } = await check(t, text);
      assert.equal(code, 1, err);
      assert.match(err, message);
    });
  }

  it("tells which sink can't be reached", async (t) => {
    const { code, out, err } = await check(
      t,
      `${GOOD}  influx: { type: influxdb, dsn: "http://127.0.0.1:9@u@secret@db@s" }\n`,
    );
    assert.equal(code, 1);
    assert.match(err, /^sinks\.influx: error: /m);
    assert.match(out, /^sinks\.out: good/m);
    assert.doesNotMatch(out + err, /secret/);
  });

  it("works beside a collector that runs", async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(join(cwd, "lm.yaml"), `${GOOD}monitor: { port: 0 }\n`);
    const program = start(t, ["run", "--config", "lm.yaml"], { cwd });
    await program.until(() => /\/monitor/.test(program.err()), { what: "the collector" });
    const { code, out, err } = await runCli(t, ["check", "--config", "lm.yaml"], { cwd });
    assert.equal(code, 0, err);
    assert.match(out, /^sinks\.store: not tried: .*process \d+/m);
  });
});
