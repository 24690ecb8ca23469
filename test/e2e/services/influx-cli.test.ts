import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { deadPort } from "../../helpers/port.ts";
import type { Influxdb } from "../../helpers/services/influxdb.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { type Exit, runCli, start } from "../cli/program.ts";
import { apis, appendAccess, assertPoints, auth, influxdb } from "./influx.ts";

const SECRET = /imooc@pass|wrong-secret/;

/** `log-monitor check` with these sinks; no output may hold a secret. */
async function check(t: TestContext, sinks: Record<string, object>): Promise<Exit> {
  const cwd = tempFolder(t);
  const sources = { access: { paths: "*.log", parser: "nginx" } };
  writeFileSync(join(cwd, "a.log"), "");
  writeFileSync(join(cwd, "lm.json"), JSON.stringify({ sources, sinks, store: false }));
  const exit = await runCli(t, ["check", "--config", "lm.json"], { cwd });
  assert.doesNotMatch(exit.out + exit.err, SECRET);
  return exit;
}

const goodAt = (sink: string, target: string): RegExp =>
  new RegExp(`^sinks\\.${sink}: good \\(InfluxDB( \\d[\\w.]*)? at ${target}, in \\d+ ms\\)$`, "m");

describe("log-monitor check, with a real InfluxDB", () => {
  it("finds good settings good by both APIs, and writes nothing", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const { code, out, err } = await check(t, { one: apis.v1(influx), two: apis.v2(influx) });
    assert.equal(code, 0, err);
    // Its secrets stand in the file.
    assert.deepEqual(
      err.split("\n").filter((line) => !line.includes("stands here for everyone to read")),
      [""],
    );
    assert.match(out, goodAt("one", `${influx.url} database ${influx.database}`));
    assert.match(out, goodAt("two", `${influx.url} bucket ${influx.database}/autogen`));
    assert.match(out, /^the configuration is good: 1 sources?, 2 sinks$/m);
    assert.deepEqual(await influx.query("SHOW MEASUREMENTS"), []);
  });

  it("names sink and setting of each that is wrong", async (t) => {
    const influx = await influxdb(t, { own: true });
    if (!influx) return;
    const closed = `http://127.0.0.1:${await deadPort()}`;
    const wrong: [id: string, sink: object, says: RegExp][] = [
      [
        "password",
        { type: "influxdb", dsn: influx.dsn().replace(auth.password, "wrong-secret") },
        /InfluxDB answered 401: authorization failed: check user and password in dsn$/,
      ],
      [
        "token",
        { ...apis.v2(influx), token: "imooc:wrong-secret" },
        /InfluxDB answered 401: authorization failed: check token$/,
      ],
      [
        "database",
        { type: "influxdb", dsn: influx.dsn("nowhere") },
        /InfluxDB answered 404: database not found: "nowhere": create the database nowhere, or correct its name in dsn$/,
      ],
      [
        "bucket",
        { ...apis.v2(influx), bucket: "nowhere" },
        /InfluxDB answered 404: .*: create the bucket nowhere, or correct bucket or org$/,
      ],
      [
        "path",
        { ...apis.v2(influx), url: `${influx.url}/elsewhere` },
        /elsewhere does not answer like InfluxDB \(404: 404 page not found\): check url$/,
      ],
      [
        "address",
        { type: "influxdb", dsn: influx.dsn().replace(influx.url, closed) },
        new RegExp(`InfluxDB at ${closed} can't be reached: .*ECONNREFUSED`),
      ],
    ];
    const sinks = Object.fromEntries(wrong.map(([id, sink]) => [id, sink]));
    const { code, out, err } = await check(t, { ...sinks, good: apis.v1(influx) });
    assert.equal(code, 1, out);
    for (const [id, , says] of wrong) {
      const prefix = `sinks.${id}: error: `;
      const line = err.split("\n").find((one) => one.startsWith(prefix)) ?? assert.fail(`${id}: ${err}`);
      assert.match(line.slice(prefix.length), says);
    }
    assert.match(out, /^sinks\.good: good/m);
    assert.match(err, /^0 errors, 6 of 7 sinks failed$/m);
  });

  it("does not wait for a server that holds still", async (t) => {
    const influx = await influxdb(t, { own: true });
    if (!influx) return;
    await influx.pause();
    const { code, err } = await check(t, { held: { ...apis.v1(influx), timeout: 300 } });
    await influx.resume();
    assert.equal(code, 1);
    assert.match(err, /^sinks\.held: error: InfluxDB at .* did not answer within 300 ms$/m);
  });
});

describe("log-monitor run, with a real InfluxDB", () => {
  const once = (t: TestContext, influx: Influxdb, cwd: string) =>
    runCli(t, ["run", "--path", "a.log", "--influxDsn", influx.dsn(), "--once"], { cwd });

  it("delivers each line to --influxDsn once, and only the new ones the next time", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const cwd = tempFolder(t);
    const lines = appendAccess(join(cwd, "a.log"), 5000, 1);
    const first = await once(t, influx, cwd);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^sink influx: 5000 delivered$/m);
    await assertPoints(influx, lines);

    lines.push(...appendAccess(join(cwd, "a.log"), 300, 2));
    const second = await once(t, influx, cwd);
    assert.equal(second.code, 0, second.err);
    assert.match(second.out, /^sink influx: 300 delivered$/m);
    assert.doesNotMatch(first.out + first.err + second.out + second.err, SECRET);
    await assertPoints(influx, lines);
  });

  for (const [name, sink] of Object.entries(apis)) {
    it(`makes each line one point through a kill in mid-flow and a server that is away, by ${name}`, async (t) => {
      const influx = await influxdb(t, { own: true });
      if (!influx) return;
      const cwd = tempFolder(t);
      const file = join(cwd, "a.log");
      const lines = appendAccess(file, 40_000, 1);
      const sources = { access: { paths: "a.log", parser: "nginx", from: "start" } };
      const config = { sources, sinks: { influx: sink(influx) }, store: false, monitor: false };
      writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify(config));
      const killed = start(t, ["run"], { cwd });
      await killed.until(() => influx.count("nginx_log"), { every: 1, what: "the first points" });
      lines.push(...appendAccess(file, 10_000, 2));
      killed.kill("SIGKILL");
      await killed.exited;
      assert.ok((await influx.count("nginx_log")) < lines.length, "killed with lines still to send");

      await influx.stop();
      lines.push(...appendAccess(file, 2000, 3));
      const refused = await runCli(t, ["run", "--once", "--patience", "200ms"], { cwd });
      assert.equal(refused.code, 1, refused.err);
      assert.match(refused.out, /^sink influx: 0 delivered, \d+ undelivered \(.*ECONNREFUSED.*\)$/m);

      await influx.start();
      const last = await runCli(t, ["run", "--once"], { cwd });
      assert.equal(last.code, 0, last.err);
      await assertPoints(influx, lines);
    });
  }
});
