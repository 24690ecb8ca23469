import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { OPEN_AFTER } from "../../src/engine/breaker.ts";
import type { SinkFigures } from "../../src/model.ts";
import { runEngine } from "../helpers/engine.ts";
import { type Fault, type FaultyInflux, refusal, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { lettersOf } from "../helpers/letters.ts";
import { freePort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

const FIRST = 50;
const LINES = 3_000;
const HOUR = 3_600_000;
const message = (at: number): string => `line ${at} of many`;
const source = { type: "file", paths: "a.log", parser: "plain", from: "start" };
const sinkAt = (url: string) => ({ type: "influxdb", url, database: "db", timeout: 300 });

/** An engine that has delivered its first lines to a server that may fail from now on. */
async function setUp(t: TestContext) {
  const influx = await startFaultyInflux(t);
  const folder = tempFolder(t);
  const file = join(folder, "a.log");
  const lines = Array.from({ length: FIRST }, (_, at) => message(at));
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  const { engine, apply } = runEngine(t, folder);
  const configure = (url: string) =>
    apply({ monitor: false, store: false, sources: { a: source }, sinks: { influx: sinkAt(url) } });
  await configure(influx.url);
  const sink = (): SinkFigures => engine.snapshot().sinks[0] ?? assert.fail("no sink");
  await until(() => sink().delivered === FIRST);
  const write = (): void => {
    const more = Array.from({ length: LINES }, (_, at) => message(lines.length + at));
    lines.push(...more);
    appendFileSync(file, more.map((line) => `${line}\n`).join(""));
  };
  const all = async (): Promise<void> => {
    await until(() => sink().delivered + sink().dead === lines.length, {
      timeout: 40_000,
      what: "all lines to be delivered",
    });
    assert.deepEqual([sink().dropped, sink().lagRecords], [0, 0]);
  };
  return { influx, folder, lines, engine, configure, sink, write, all };
}

/** Each line is one point, and nothing else is there. */
function assertOnce({ points }: FaultyInflux, lines: readonly string[]): void {
  const found = [...points.values()].map((point) => /message="([^"]*)"/.exec(point)?.[1]);
  assert.deepEqual(found.toSorted(), lines.toSorted());
}

interface Row {
  readonly what: string;
  begin(influx: FaultyInflux): void | Promise<void>;
  end(influx: FaultyInflux): void | Promise<void>;
  readonly says: RegExp;
  readonly state?: SinkFigures["state"];
}

const failing = (
  what: string,
  fault: Fault,
  says: RegExp,
  state: SinkFigures["state"] = "retrying",
): Row => ({
  what,
  begin(influx) {
    influx.fault = fault;
  },
  end(influx) {
    influx.fault = undefined;
  },
  says,
  state,
});

const rows: Row[] = [
  failing("answers 429 without Retry-After", refusal(429, "slow down"), /answered 429: slow down/),
  failing("answers 500", refusal(500, "engine: error"), /answered 500: engine: error/),
  failing("answers 503 without a body", (to) => void to.writeHead(503).end(), /answered 503/),
  failing("answers 401", refusal(401, "no"), /answered 401: no: set user and password/, "failed"),
  failing("answers 404", refusal(404, "database not found"), /create the database db/, "failed"),
  failing(
    "takes a write and resets the connection",
    (_, { lines, socket, take }) => {
      take(lines);
      socket.resetAndDestroy();
    },
    /can't be reached: .*(ECONNRESET|hang up)/,
  ),
  failing(
    "takes a write and never answers",
    (_, { lines, take }) => take(lines),
    /did not answer within 300 ms/,
  ),
  failing(
    "sends the head of an answer and never its body",
    (to) => {
      to.writeHead(500, { "content-type": "application/json", "content-length": 100 });
      to.write('{"error":');
    },
    /did not answer within 300 ms|answered 500/,
  ),
  failing(
    "dribbles its answer",
    (to) => {
      to.writeHead(500, { "content-type": "application/json" });
      const timer = setInterval(() => to.write(" "), 50);
      to.on("close", () => clearInterval(timer));
    },
    /did not answer within 300 ms|answered 500/,
  ),
  {
    what: "refuses connections",
    begin: (influx) => influx.down(),
    end: (influx) => influx.up(),
    says: /can't be reached: .*(ECONNREFUSED|ECONNRESET|hang up)/,
  },
];

describe("the sink influxdb at a server that", () => {
  for (const { what, begin, end, says, state = "retrying" } of rows) {
    it(`${what} opens its breaker, says why, and delivers each record once afterwards`, async (t) => {
      const { influx, lines, engine, sink, write, all } = await setUp(t);
      await begin(influx);
      write();
      await until(() => sink().breaker.state === "open", { what: "the breaker to open", timeout: 30_000 });
      assert.equal(sink().state, state);
      assert.match(sink().lastError ?? "", says);
      assert.ok(sink().breaker.failures >= (state === "failed" ? 1 : OPEN_AFTER));
      assert.ok((sink().breaker.nextTryAt ?? Date.now()) <= Date.now() + 31_000);
      await end(influx);
      await engine.resetSink({ sink: "influx" });
      await all();
      assert.deepEqual([sink().state, sink().breaker.state, sink().dead], ["running", "closed", 0]);
      assertOnce(influx, lines);
    });
  }

  it("answers 429 with Retry-After is left alone for that long, though the configuration is applied again", async (t) => {
    const { influx, lines, configure, engine, sink, write, all } = await setUp(t);
    influx.fault = refusal(429, "slow down", { "retry-after": "3600" });
    write();
    await until(() => sink().state === "retrying");
    await until(() => sink().inFlight > 0);
    const tried = influx.writes.length;
    assert.ok((sink().breaker.nextTryAt ?? 0) > Date.now() + 0.9 * HOUR);
    await configure(influx.url);
    await engine.start({});
    assert.ok((sink().breaker.nextTryAt ?? 0) > Date.now() + 0.9 * HOUR);
    // At most what was under way when the first answer came.
    assert.ok(influx.writes.length <= tried + 1);
    influx.fault = undefined;
    await engine.resetSink({ sink: "influx" });
    await all();
    assertOnce(influx, lines);
  });

  it("answers 429 with a date in Retry-After is asked again when its own clock says so", async (t) => {
    const { influx, lines, sink, write, all } = await setUp(t);
    // A server whose clock is a day behind.
    const now = Date.now() - 24 * HOUR;
    const header = { date: new Date(now).toUTCString(), "retry-after": new Date(now + 2_000).toUTCString() };
    influx.fault = refusal(429, "slow down", header);
    write();
    await until(() => sink().state === "retrying");
    influx.fault = undefined;
    const from = influx.writes.length;
    const failed = influx.writes.at(-1)?.at ?? 0;
    await all();
    assert.ok((influx.writes[from]?.at ?? 0) - failed >= 900, "waited for the time that was asked for");
    assertOnce(influx, lines);
  });

  it("answers 413 gets smaller writes, and every record once", async (t) => {
    const { influx, lines, sink, write, all } = await setUp(t);
    influx.fault = (to, given) => {
      if (given.lines.length > 100) return refusal(413, "Request Entity Too Large")(to, given);
      given.take(given.lines);
      to.writeHead(204).end();
    };
    write();
    await all();
    assert.deepEqual([sink().dead, sink().breaker.state, sink().state], [0, "closed", "running"]);
    assertOnce(influx, lines);
  });

  it("S3: takes part of a write and answers 400 keeps the record it refuses, and gets all others once", async (t) => {
    const { influx, folder, lines, sink, write, all } = await setUp(t);
    const bad = message(FIRST + 1234);
    influx.fault = (to, given) => {
      const good = given.lines.filter((line) => !line.includes(`"${bad}"`));
      given.take(good);
      if (good.length === given.lines.length) return void to.writeHead(204).end();
      refusal(400, "partial write: field type conflict dropped=1")(to, given);
    };
    write();
    await all();
    assert.equal(sink().dead, 1);
    const [letter, ...others] = lettersOf(join(folder, "data"), "influx");
    assert.deepEqual([letter?.record.message, others.length], [bad, 0]);
    assert.match(letter?.reason ?? "", /partial write: field type conflict/);
    assertOnce(
      influx,
      lines.filter((line) => line !== bad),
    );
  });

  it("S3: can't write a file of its own and answers 400 as for a bad point gets every record later", async (t) => {
    const { influx, lines, sink, write, all } = await setUp(t);
    let full = true;
    influx.fault = (to, given) => {
      if (full)
        return refusal(400, "partial write: write /db/_series/02/0000: no space left on device dropped=1")(
          to,
          given,
        );
      given.take(given.lines);
      to.writeHead(204).end();
    };
    write();
    await until(() => sink().retries > 1);
    full = false;
    await all();
    assert.equal(sink().dead, 0);
    assertOnce(influx, lines);
  });

  it("S3: repeats an unreadable line that speaks of a full disk keeps it as a dead letter", async (t) => {
    const { influx, lines, sink, write, all } = await setUp(t);
    const bad = message(FIRST + 7);
    influx.fault = (to, given) => {
      const good = given.lines.filter((line) => !line.includes(`"${bad}"`));
      given.take(good);
      if (good.length === given.lines.length) return void to.writeHead(204).end();
      refusal(400, "partial write: unable to parse 'a b': no space left on device dropped=1")(to, given);
    };
    write();
    await all();
    assert.equal(sink().dead, 1);
    assertOnce(
      influx,
      lines.filter((line) => line !== bad),
    );
  });

  it("S14: answers 429 to all that is read gets it all, and what was appended meanwhile", async (t) => {
    const { influx, folder, lines, engine, sink, write, all } = await setUp(t);
    influx.fault = refusal(429, "slow down");
    write();
    await until(() => sink().lagRecords === LINES && sink().breaker.state === "open", { timeout: 30_000 });
    const more = Array.from({ length: 8 }, (_, at) => message(lines.length + at));
    lines.push(...more);
    appendFileSync(join(folder, "a.log"), more.map((line) => `${line}\n`).join(""));
    await until(() => sink().lagRecords === LINES + 8);
    influx.fault = undefined;
    await engine.resetSink({ sink: "influx" });
    await all();
    assertOnce(influx, lines);
  });

  it("has a name that can't be resolved is waited for until the name is mended", async (t) => {
    const { influx, lines, configure, sink, write } = await setUp(t);
    await configure("http://log-monitor.invalid:8086");
    write();
    // On a busy machine the first try may only time out.
    const named = /can't be reached: .*(ENOTFOUND|EAI_AGAIN)/;
    await until(() => sink().state === "retrying" && named.test(sink().lastError ?? ""), {
      what: () => `the reason, not: ${sink().lastError}`,
    });
    await configure(influx.url);
    await until(() => influx.points.size === lines.length, { timeout: 40_000 });
    assertOnce(influx, lines);
  });

  it("does not speak TLS is named, and waited for until the address is mended", async (t) => {
    const { influx, lines, configure, sink, write } = await setUp(t);
    await configure(influx.url.replace("http:", "https:"));
    write();
    // On a busy machine the first try may only time out.
    const named = /can't be reached: .*(SSL|TLS|EPROTO|wrong version|packet length)/i;
    await until(() => sink().state === "retrying" && named.test(sink().lastError ?? ""), {
      what: () => `the reason, not: ${sink().lastError}`,
    });
    await configure(influx.url);
    await until(() => influx.points.size === lines.length, { timeout: 40_000 });
    assertOnce(influx, lines);
  });

  it("takes connections and says nothing does not hold up the end", async (t) => {
    const silent = createServer(() => {});
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, "127.0.0.1", resolve));
    t.after(() => silent.close());
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "a line\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({
      monitor: false,
      store: false,
      sources: { a: source },
      sinks: { influx: { ...sinkAt(`http://127.0.0.1:${port}`), timeout: 60_000 } },
    });
    await until(() => engine.snapshot().sinks[0]?.inFlight === 1);
    await within(20_000, engine.close());
  });
});
