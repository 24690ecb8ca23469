import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { FaultyInflux } from "../../helpers/faulty-influx.ts";
import { refusal, startFaultyInflux } from "../../helpers/faulty-influx.ts";
import { lettersOf } from "../../helpers/letters.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { linesOf, runCli, start } from "./program.ts";

const LINES = 300;
const message = (at: number): string => `line ${at}`;
const bad = (at: number): boolean => at % 10 === 3;

/** A server that refuses some lines, and a folder where `run --once` has met it. */
async function refused(t: TestContext) {
  const influx = await startFaultyInflux(t);
  refuseBad(influx);
  const cwd = tempFolder(t);
  const lines = Array.from({ length: LINES }, (_, at) => message(at));
  writeFileSync(join(cwd, "a.log"), lines.map((line) => `${line}\n`).join(""));
  const config = {
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: {
      influx: { type: "influxdb", url: influx.url, database: "db", timeout: 1000 },
      out: { type: "file", path: "out.ndjson" },
    },
    monitor: false,
  };
  writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify(config));
  const { code, err } = await runCli(t, ["run", "--once"], { cwd });
  assert.equal(code, 1, err);
  return { influx, cwd, lines, data: join(cwd, ".log-monitor") };
}

function refuseBad(influx: FaultyInflux): void {
  influx.fault = (to, given) => {
    const good = given.lines.filter((line) => !bad(Number(/line (\d+)/.exec(line)?.[1])));
    given.take(good);
    if (good.length === given.lines.length) return void to.writeHead(204).end();
    refusal(400, "partial write: field type conflict")(to, given);
  };
}

const held = ({ points }: FaultyInflux): string[] =>
  [...points.values()].map((point) => /message="([^"]*)"/.exec(point)?.[1] ?? "").toSorted();

describe("log-monitor dead", () => {
  it("lists how many records a sink refused, why and when", async (t) => {
    const { cwd } = await refused(t);
    const { out, code } = await runCli(t, ["dead"], { cwd });
    assert.equal(code, 0);
    assert.match(out, /^influx: 30 dead letters in .*influx\.ndjson, refused between 20\S+Z and 20\S+Z$/m);
    assert.match(out, /^ {2}30 × InfluxDB answered 400: partial write: field type conflict$/m);
    const json = await runCli(t, ["dead", "--json", "--sink", "influx"], { cwd });
    const [report] = JSON.parse(json.out).sinks;
    assert.deepEqual([report.letters, report.bad, report.replaying], [30, [], false]);
  });

  it("names lines that a replay can't send", async (t) => {
    const { cwd, data } = await refused(t);
    const file = join(data, "dead", "influx.ndjson");
    writeFileSync(file, `nothing\n${readFileSync(file, "utf8")}`);
    const { out } = await runCli(t, ["dead"], { cwd });
    assert.match(out, /^ {2}line 1 can't be sent: is no JSON object$/m);
  });

  it("leaves out what a replay of delivered records sends again", async (t) => {
    const { cwd, data } = await refused(t);
    const letters = readFileSync(join(data, "dead", "influx.ndjson"));
    writeFileSync(join(data, "dead", "out.again.ndjson"), letters);
    const { out } = await runCli(t, ["dead", "--json"], { cwd });
    assert.deepEqual(
      JSON.parse(out).sinks.map(({ sink }: { sink: string }) => sink),
      ["influx"],
    );
  });

  it("says that there are none", async (t) => {
    const cwd = tempFolder(t);
    const { out, code } = await runCli(t, ["dead", "--data-dir", cwd], { cwd });
    assert.deepEqual([out, code], ["no dead letters\n", 0]);
  });

  it("names the sinks there are when it is asked for another", async (t) => {
    const { cwd } = await refused(t);
    const { err, code } = await runCli(t, ["dead", "--sink", "nope"], { cwd });
    assert.equal(code, 1);
    assert.match(err, /has no sink nope; it has .*influx/);
  });
});

describe("log-monitor replay --dead", () => {
  it("sends the letters when nothing runs, once each, and leaves none", async (t) => {
    const { influx, cwd, lines, data } = await refused(t);
    influx.fault = undefined;
    const { out, code, err } = await runCli(t, ["replay", "--sink", "influx", "--dead"], { cwd });
    assert.equal(code, 0, err);
    assert.match(out, /^30 records were sent to influx again; it has 0 dead letters now$/m);
    assert.deepEqual(held(influx), lines.toSorted());
    assert.deepEqual(readdirSync(join(data, "dead")), []);
  });

  it("keeps what is refused again, and ends with 1", async (t) => {
    const { cwd, data } = await refused(t);
    const { out, code } = await runCli(t, ["replay", "--sink", "influx", "--dead"], { cwd });
    assert.equal(code, 1);
    assert.match(out, /it has 30 dead letters now/);
    assert.equal(lettersOf(data, "influx").length, 30);
  });

  it("counts what it sent, without the lines that can't be sent", async (t) => {
    const { influx, cwd, data } = await refused(t);
    influx.fault = undefined;
    const file = join(data, "dead", "influx.ndjson");
    writeFileSync(file, `nothing\n${readFileSync(file, "utf8")}`);
    const args = ["replay", "--sink", "influx", "--dead"];
    const some = await runCli(t, args, { cwd });
    assert.equal(some.code, 1, some.err);
    assert.match(some.out, /^30 records were sent to influx again; it has 1 dead letter now$/m);
    const none = await runCli(t, args, { cwd });
    assert.equal(none.code, 1);
    assert.match(none.err, /none of the 1 line in .*influx\.ndjson can be sent; log-monitor dead says/);
  });

  it("keeps all when the server is down, and says so", async (t) => {
    const { influx, cwd, data } = await refused(t);
    await influx.down();
    const args = ["replay", "--sink", "influx", "--dead", "--patience", "1s"];
    const { code, err } = await runCli(t, args, { cwd });
    assert.equal(code, 1);
    assert.match(err, /not all was sent: 30 records left \(InfluxDB at .* can't be reached/);
    assert.equal(lettersOf(data, "influx", "replay.ndjson").length, 30);
  });

  it("asks the one that runs on the folder", async (t) => {
    const { influx, cwd, lines, data } = await refused(t);
    influx.fault = undefined;
    const running = start(t, ["run"], { cwd });
    await running.until(() => running.err().includes("added: "), { what: "its start" });
    const { out, code, err } = await runCli(t, ["replay", "--sink", "influx", "--dead"], { cwd });
    assert.equal(code, 0, err);
    assert.match(err, new RegExp(`process ${running.pid} runs on .*: asked it`));
    assert.match(out, /it has 0 dead letters now/);
    assert.deepEqual(held(influx), lines.toSorted());
    assert.deepEqual(readdirSync(join(data, "dead")), []);
    running.kill("SIGTERM");
    assert.equal((await running.exited).code, 0);
  });

  it("is seen beside the sink's breaker in inspect, while it waits", async (t) => {
    const { influx, cwd } = await refused(t);
    influx.fault = refusal(429, "slow down", { "retry-after": "3600" });
    const running = start(t, ["run"], { cwd });
    await running.until(() => running.err().includes("added: "), { what: "its start" });
    const args = ["replay", "--sink", "influx", "--dead", "--patience", "1500ms"];
    assert.equal((await runCli(t, args, { cwd })).code, 1);
    const inspect = async () => JSON.parse((await runCli(t, ["inspect", "--json"], { cwd })).out).running;
    const seen = await running.until(
      async () => {
        const told = await inspect();
        return told?.sinks.some((sink: { state: string }) => sink.state === "retrying") && told;
      },
      { what: "a sink that tries again" },
    );
    assert.equal(seen.process, running.pid);
    const [sink] = seen.sinks.filter(({ id }: { id: string }) => id === "influx");
    assert.equal(sink.breaker.state, "closed");
    assert.ok(sink.breaker.nextTryAt > Date.now() + 3_000_000);
    assert.ok(sink.replaying > 0);
    const { out } = await runCli(t, ["inspect"], { cwd });
    assert.match(out, /influx: retrying, breaker closed since .*, 1 failure in a row, next try .*slow down/);
  });

  it("loses no letter and sends none twice, killed at any moment", async (t) => {
    const { influx, cwd, lines, data } = await refused(t);
    for (const wait of [200, 300, 400, 500, 600, 700]) {
      refuseBad(influx);
      const taken = influx.fault;
      // Slow enough that kills fall into the middle of it.
      influx.fault = (to, given) => void setTimeout(() => taken?.(to, given), 10);
      const one = start(t, ["replay", "--sink", "influx", "--dead"], { cwd });
      const from = influx.writes.length;
      await one.until(() => influx.writes.length > from, { what: "its first write" });
      setTimeout(() => one.kill("SIGKILL"), wait - 200);
      await one.exited;
      const ids = [...lettersOf(data, "influx"), ...lettersOf(data, "influx", "replay.ndjson")].map(
        ({ record }) => record.id,
      );
      assert.equal(new Set(ids).size, 30);
    }
    influx.fault = undefined;
    const { code, out, err } = await runCli(t, ["replay", "--sink", "influx", "--dead"], { cwd });
    assert.equal(code, 0, err + out);
    assert.deepEqual(held(influx), lines.toSorted());
  });
});

describe("log-monitor replay --since", () => {
  it("sends what the store holds of that time to a sink that lost it: the same points", async (t) => {
    const { influx, cwd, lines } = await refused(t);
    influx.fault = undefined;
    await runCli(t, ["replay", "--sink", "influx", "--dead"], { cwd });
    const before = new Map(influx.points);
    (influx.points as Map<string, string>).clear();
    const { code, out, err } = await runCli(t, ["replay", "--sink", "influx", "--since", "1h"], { cwd });
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^${LINES} records were sent to influx again`));
    assert.deepEqual(held(influx), lines.toSorted());
    assert.deepEqual(new Map([...influx.points].toSorted()), new Map([...before].toSorted()));
  });

  it("refuses sinks that would get records twice, unless forced", async (t) => {
    const { cwd, lines } = await refused(t);
    const args = ["replay", "--sink", "out", "--since", "1h"];
    const refusal = await runCli(t, args, { cwd });
    assert.equal(refusal.code, 1);
    assert.match(refusal.err, /does not go by ids.*--force/);
    const forced = await runCli(t, [...args, "--force"], { cwd });
    assert.equal(forced.code, 0, forced.err);
    assert.equal(linesOf(join(cwd, "out.ndjson")).length, 2 * lines.length);
  });

  it("says what is wrong with its options", async (t) => {
    const { cwd } = await refused(t);
    const wrong: [args: string[], code: number, says: RegExp][] = [
      [["--dead"], 2, /name the sink with --sink/],
      [["--sink", "influx"], 2, /either --dead or --since/],
      [["--sink", "nowhere", "--dead"], 1, /has no sink nowhere; it has .*influx/],
      [["--sink", "store", "--since", "1h"], 1, /where the records are taken from/],
      [["--sink", "influx", "--since", "5y"], 2, /--since/],
      [["--sink", "influx", "--since", "1h", "--until", "2h"], 2, /--until 2h is not after --since 1h/],
    ];
    for (const [args, code, says] of wrong) {
      const exit = await runCli(t, ["replay", ...args], { cwd });
      assert.equal(exit.code, code, exit.err);
      assert.match(exit.err, says);
    }
  });
});

describe("log-monitor reset", () => {
  it("ends a wait that the server asked for, in the one that runs on the folder", async (t) => {
    const { influx, cwd } = await refused(t);
    influx.fault = refusal(429, "slow down", { "retry-after": "3600" });
    const running = start(t, ["run"], { cwd });
    await running.until(() => running.err().includes("added: "), { what: "its start" });
    appendFileSync(join(cwd, "a.log"), "line 300\n");
    await running.until(() => running.err().includes("slow down"), { what: "the refusal" });
    influx.fault = undefined;
    const { code, out, err } = await runCli(t, ["reset", "--sink", "influx"], { cwd });
    assert.equal(code, 0, err);
    assert.equal(out, `influx tries again, in process ${running.pid}\n`);
    await running.until(() => held(influx).includes("line 300"), { what: "the line" });
    running.kill("SIGTERM");
    assert.equal((await running.exited).code, 0);
  });

  it("says that nothing runs, and what is wrong with its options", async (t) => {
    const { cwd } = await refused(t);
    const wrong: [args: string[], code: number, says: RegExp][] = [
      [["--sink", "influx"], 1, /nothing runs on .*\.log-monitor/],
      [["--sink", "nowhere"], 1, /has no sink nowhere; it has .*influx/],
      [[], 2, /name the sink with --sink/],
    ];
    for (const [args, code, says] of wrong) {
      const exit = await runCli(t, ["reset", ...args], { cwd });
      assert.equal(exit.code, code, exit.err);
      assert.match(exit.err, says);
    }
  });
});
