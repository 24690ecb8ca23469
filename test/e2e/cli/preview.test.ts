import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { runCli } from "./program.ts";

function folderWith(t: TestContext) {
  const cwd = tempFolder(t);
  const sources = { a: { paths: "a.log", parser: "plain" } };
  const sinks = {
    influx: { type: "influxdb", dsn: "http://127.0.0.1:9@user@canary-9@db@s" },
    out: { type: "file", path: "out.ndjson" },
  };
  writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify({ sources, sinks, monitor: false }));
  writeFileSync(join(cwd, "a.log"), "first\nsecond\n");
  writeFileSync(join(cwd, "b.log"), '{"level":"warn","msg":"elsewhere"}\n');
  return cwd;
}

describe("log-monitor preview", () => {
  it("shows the last lines as a sink would get them, before anything ran", async (t) => {
    const cwd = folderWith(t);
    const { code, out, err } = await runCli(t, ["preview", "--sink", "influx"], { cwd });
    assert.equal(code, 0, err);
    assert.match(out, /^Sink influx \(influxdb\): http:\/\/127\.0\.0\.1:9 database db\n/);
    assert.match(out, /^The 2 newest records of \S+a\.log,\nas they would be sent\. Nothing was sent\.$/m);
    assert.match(out, /^POST \/write\?db=db&precision=ns$/m);
    assert.match(out, /^log,source=a message="first" \d+\nlog,source=a message="second" \d+$/m);
    assert.doesNotMatch(out, /canary/);
  });

  it("takes them from the file that is named", async (t) => {
    const cwd = folderWith(t);
    const { code, out, err } = await runCli(t, ["preview", "--sink", "out", "b.log"], { cwd });
    assert.equal(code, 0, err);
    const { source, level, message } = JSON.parse(out.split("\n\n")[1] ?? "");
    assert.deepEqual([source, level, message], ["b", "warn", "elsewhere"]);
  });

  it("names the sinks there are, and says when there is nothing to show", async (t) => {
    const cwd = folderWith(t);
    const wrong = await runCli(t, ["preview", "--sink", "infux"], { cwd });
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /has no sink infux; it has influx, out, store/);
    assert.equal((await runCli(t, ["preview"], { cwd })).code, 2);
    writeFileSync(join(cwd, "a.log"), "");
    const empty = await runCli(t, ["preview", "--sink", "out"], { cwd });
    assert.equal(empty.code, 1);
    assert.match(empty.err, /there is no record to show for out yet/);
  });
});

describe("log-monitor check --sink", () => {
  it("tries that sink alone, and waits as long as it is told", async (t) => {
    const cwd = folderWith(t);
    const good = await runCli(t, ["check", "--sink", "out"], { cwd });
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /^sinks\.out: good \(\S+out\.ndjson, in \d+ ms\)\n/);
    assert.doesNotMatch(good.out + good.err, /sinks\.(?:influx|store):/);
    const bad = await runCli(t, ["check", "--sink", "influx", "--patience", "30s"], { cwd });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /^sinks\.influx: error: InfluxDB at http:\/\/127\.0\.0\.1:9 can't be reached/m);
    assert.match(
      (await runCli(t, ["check", "--sink", "x"], { cwd })).err,
      /has no sink x; it has influx, out/,
    );
  });
});
