import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { linesIn, ndjson, type Program, runCli, start } from "./program.ts";

const SOURCE = `sources:\n  access: { type: file, paths: ["logs/access.log*"], parser: nginx }\n`;
const OUT = "sinks:\n  out: { type: file, path: out.ndjson }\n";

function folder(t: TestContext, config: string): string {
  const cwd = tempFolder(t);
  mkdirSync(join(cwd, "logs"));
  writeFileSync(join(cwd, "log-monitor.yaml"), config);
  return cwd;
}

/** A log that exists when its source begins is read from its end. */
async function watching(program: Program): Promise<void> {
  await program.until(() => /added: sources\.access/.test(program.err()), { what: "the log to be watched" });
}

/** Where the monitor listens, from what the program logged. */
function monitorOf(program: Program): Promise<string> {
  return program.until(() => /(http:\/\/\S+)\/monitor/.exec(program.err())?.[1], { what: "the monitor" });
}

async function figures(address: string): Promise<Record<string, number | string>> {
  return (await (await fetch(`${address}/monitor`)).json()) as Record<string, number | string>;
}

async function listening(t: TestContext): Promise<{ server: Server; port: number }> {
  const sockets = new Set<import("node:net").Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

describe("log-monitor run", () => {
  it("follows a log through rotation, shows it at /monitor, and flushes at SIGTERM", async (t) => {
    const cwd = folder(t, `${SOURCE}${OUT}monitor: { port: 0 }\n`);
    const program = start(t, ["run"], { cwd });
    const address = await monitorOf(program);
    await watching(program);
    const args = ["--rate", "3000", "--lines", "6000", "--rotate", "rename", "--every", "1500lines"];
    const writer = await runCli(t, ["generate", "--path", "logs/access.log", ...args], { cwd });
    assert.equal(writer.code, 0, writer.err);
    writeFileSync(join(cwd, "logs", "access.log"), "not an access log\n", { flag: "a" });

    const last = await program.until(
      async () => {
        const now = await figures(address);
        return now.HandleLine === 6001 && now.WriteChanLen === 0 ? now : undefined;
      },
      { what: "6001 lines at the monitor" },
    );
    assert.equal(last.ErrNum, 1);
    assert.equal(last.ReadChanLen, 0);
    assert.match(String(last.RunTime), /^(\d+m)?[\d.]+(m?s)$/);
    const metrics = await (await fetch(`${address}/metrics`)).text();
    assert.match(metrics, /^log_monitor_source_lines_total\{source="access"\} 6001$/m);
    assert.match(metrics, /^log_monitor_sink_delivered_records_total\{sink="out",type="file"\} 6001$/m);

    program.kill("SIGTERM");
    const { code, err } = await program.exited;
    assert.equal(code, 0, err);
    const raws = ndjson(join(cwd, "out.ndjson")).map((line) => line.raw);
    assert.deepEqual(raws.toSorted(), linesIn(join(cwd, "logs")).toSorted());
  });

  it("delivers what it has read before it ends, and goes on from there", async (t) => {
    const cwd = folder(t, `${SOURCE}${OUT}monitor: { port: 0 }\n`);
    const writer = start(t, ["generate", "--path", "logs/access.log", "--rate", "3000"], { cwd });
    const out = join(cwd, "out.ndjson");
    for (let turn = 0; turn < 3; turn++) {
      const goal = ndjson(out).length + 500;
      const program = start(t, ["run"], { cwd });
      await program.until(() => ndjson(out).length >= goal, { what: `${goal} lines` });
      program.kill("SIGINT");
      const { code, err } = await program.exited;
      assert.equal(code, 0, err);
      const { sinks } = JSON.parse((await runCli(t, ["inspect", "--json"], { cwd })).out);
      for (const sink of sinks) assert.equal(sink.linesBehind, 0, sink.sink);
    }
    writer.kill("SIGTERM");
    await writer.exited;
    const rest = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(rest.code, 0, rest.err);
    const written = linesIn(join(cwd, "logs"));
    const raws = ndjson(out).map((line) => line.raw);
    // A log that exists at the first start is read from its end then: what came before is left out.
    assert.deepEqual(raws, written.slice(written.length - raws.length));
  });

  it("ends at once at the second signal, losing nothing", { timeout: 120_000 }, async (t) => {
    const { server, port } = await listening(t);
    const dsn = `http://127.0.0.1:${port}@u@p@db@s`;
    const cwd = folder(
      t,
      `${SOURCE}sinks:\n  hung: { type: influxdb, dsn: "${dsn}" }\nmonitor: { port: 0 }\n`,
    );
    const program = start(t, ["run"], { cwd });
    await watching(program);
    const asked = once(server, "connection");
    await runCli(t, ["generate", "--path", "logs/access.log", "--rate", "0", "--lines", "200"], { cwd });
    await asked;
    program.kill("SIGTERM");
    await program.until(() => /stopping/.test(program.err()), { what: "the first signal to be heard" });
    program.kill("SIGTERM");
    const { code, err } = await program.exited;
    assert.equal(code, 130, err);
    const { spool, sinks } = JSON.parse((await runCli(t, ["inspect", "--json"], { cwd })).out);
    assert.equal(spool.lines, 200);
    assert.equal(sinks.find((sink: { sink: string }) => sink.sink === "hung").linesBehind, 200);
  });

  it("goes on without the monitor when its port is in use, and says what to do", async (t) => {
    const { port } = await listening(t);
    const cwd = folder(t, `${SOURCE}${OUT}monitor: { port: ${port} }\n`);
    const program = start(t, ["run"], { cwd });
    await program.until(() => program.err().includes(`monitor.port: ${port}`), { what: "the message" });
    assert.match(program.err(), /is in use: choose another port, or 0 for any free one/);
    await watching(program);
    await runCli(t, ["generate", "--path", "logs/access.log", "--rate", "0", "--lines", "100"], { cwd });
    await program.until(() => ndjson(join(cwd, "out.ndjson")).length === 100, { what: "the lines" });
    program.kill("SIGTERM");
    assert.equal((await program.exited).code, 0);
  });
});
