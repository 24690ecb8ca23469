import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { deadPort } from "../../helpers/port.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { within } from "../../helpers/within.ts";
import { ndjson, type Program, runCli, start } from "./program.ts";

const SOURCE = "sources:\n  log: { paths: a.log, parser: plain, from: start }\n";
const COMMON = "monitor: false\nstore: false\nspool: { maxBytes: 10000, whenFull: block }\n";
/** It may flush for three seconds, and a busy machine takes its time; one that waits for its sink never ends. */
const A_FEW_SECONDS = 20_000;

/** A program whose only sink is at `port`, and whose reader waits because the spool is full. */
async function blocked(
  t: TestContext,
  port: number,
): Promise<{ program: Program; cwd: string; written: string[] }> {
  const cwd = tempFolder(t);
  const written = Array.from(
    { length: 40_000 },
    (_, at) => `line ${at} of a log that is longer than the spool`,
  );
  writeFileSync(join(cwd, "a.log"), `${written.join("\n")}\n`);
  const dsn = `http://127.0.0.1:${port}@u@p@db@s`;
  writeFileSync(
    join(cwd, "log-monitor.yaml"),
    `${SOURCE}${COMMON}sinks:\n  out: { type: influxdb, dsn: "${dsn}" }\n`,
  );
  const program = start(t, ["run"], { cwd });
  await program.until(() => /reached spool\.maxBytes/.test(program.err()), { what: "a full spool" });
  return { program, cwd, written };
}

/** What is in the spool and what was not read yet arrive once when there is another sink. */
async function deliversAll(t: TestContext, cwd: string, written: readonly string[]): Promise<void> {
  mkdirSync(join(cwd, "later"));
  const config = join(cwd, "later", "config.yaml");
  const source = `sources:\n  log: { paths: ../a.log, parser: plain, from: start }\n`;
  writeFileSync(config, `${source}monitor: false\nstore: false\nsinks:\n  file: { type: file, path: out }\n`);
  const args = ["run", "--once", "--config", config, "--data-dir", join(cwd, ".log-monitor")];
  const { code, err } = await runCli(t, args, { cwd });
  assert.equal(code, 0, err);
  assert.deepEqual(
    ndjson(join(cwd, "later", "out")).map(({ raw }) => raw),
    written,
  );
}

describe("log-monitor run with a full spool", () => {
  it("ends within a few seconds of SIGTERM though its sink is down, losing nothing", async (t) => {
    const { program, cwd, written } = await blocked(t, await deadPort());
    program.kill("SIGTERM");
    const { code, err } = await within(A_FEW_SECONDS, program.exited);
    assert.equal(code, 0, err);
    await deliversAll(t, cwd, written);
  });

  it("ends at once at the second SIGINT, losing nothing", async (t) => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
    });
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { program, cwd, written } = await blocked(t, (silent.address() as AddressInfo).port);
    program.kill("SIGINT");
    await program.until(() => /stopping/.test(program.err()), { what: "the first signal to be heard" });
    program.kill("SIGINT");
    const { code, err } = await within(A_FEW_SECONDS, program.exited);
    assert.equal(code, 130, err);
    await deliversAll(t, cwd, written);
  });
});

describe("log-monitor run with thousands of files", () => {
  it("ends at SIGTERM while it starts", async (t) => {
    const cwd = tempFolder(t);
    mkdirSync(join(cwd, "logs"));
    for (let at = 0; at < 2_000; at++) writeFileSync(join(cwd, "logs", `${at}.log`), `line ${at}\n`);
    writeFileSync(
      join(cwd, "log-monitor.yaml"),
      "sources:\n  log: { paths: logs/*, parser: plain, from: start }\nmonitor: false\n",
    );
    const program = start(t, ["run"], { cwd });
    await program.until(() => existsSync(join(cwd, ".log-monitor", "spool.db")), {
      every: 1,
      what: "its spool",
    });
    program.kill("SIGTERM");
    const { code, err } = await within(A_FEW_SECONDS, program.exited);
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /added: /);
  });
});
