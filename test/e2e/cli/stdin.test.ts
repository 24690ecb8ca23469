import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { cli, ndjson, runCli } from "./program.ts";

const LINES = Array.from({ length: 20_000 }, (_, n) => `{"level":"info","msg":"line ${n}"}`);
const TIMES = { timeout: 60_000 };

/** Starts `log-monitor ARGS` with a pipe for its standard input. */
function piped(t: { after(fn: () => void): void }, args: string[], cwd: string) {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined },
    stdio: ["pipe", "pipe", "pipe"],
  });
  t.after(() => void child.kill("SIGKILL"));
  child.stdin.on("error", () => {});
  let err = "";
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const exited = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  return { child, exited };
}

function configured(folder: string): string {
  const file = join(folder, "log-monitor.json");
  const values = {
    sources: { piped: { type: "stdin", parser: "json" } },
    sinks: { out: { type: "file", path: "out.ndjson" } },
    monitor: false,
  };
  writeFileSync(file, JSON.stringify(values));
  return file;
}

describe("log-monitor run with a pipe", () => {
  it("reads to the end of the pipe, delivers all and ends with 0", async (t) => {
    const folder = tempFolder(t);
    const { child, exited } = piped(t, ["run", "--config", configured(folder)], folder);
    child.stdin.end(LINES.join("\n"));
    const { code, out, err } = await exited;
    assert.equal(code, 0, err);
    assert.match(out, /^source piped: 1 file, 20000 lines/);
    assert.deepEqual(
      ndjson(join(folder, "out.ndjson")).map(({ raw }) => raw),
      LINES,
    );
    const inspected = await runCli(t, ["inspect", "--data-dir", ".log-monitor"], { cwd: folder });
    assert.match(inspected.out, /piped: stdin read to \d+ \(ended\) as json/);
  });

  it("takes a dash for it, alone and with a parser", async (t) => {
    const folder = tempFolder(t);
    for (const args of [["run", "--parser", "json", "-"], ["-"], ["run", "--source", "stdin"]]) {
      const { child, exited } = piped(t, args, folder);
      child.stdin.end('{"level":"error","msg":"broken"}\n');
      const { code, err } = await exited;
      assert.equal(code, 0, err);
    }
    const { out } = await runCli(t, ["query", "level:error"], { cwd: folder });
    assert.equal(out.trim().split("\n").length, 3);
  });

  it("goes on while the pipe is open, and keeps what it read when it is asked to end", async (t) => {
    const folder = tempFolder(t);
    const { child, exited } = piped(t, ["run", "--config", configured(folder)], folder);
    child.stdin.write('{"msg":"one"}\n{"msg":"tw');
    await until(() => ndjson(join(folder, "out.ndjson")).length === 1, TIMES);
    child.stdin.write('o"}\n');
    await until(() => ndjson(join(folder, "out.ndjson")).length === 2, TIMES);
    child.kill("SIGTERM");
    const { code, err } = await exited;
    assert.equal(code, 0, err);
  });

  it("says what excludes it", async (t) => {
    const cwd = tempFolder(t);
    const cases: [args: string[], says: RegExp][] = [
      [["run", "-", "--path", "a.log"], /--path and --source exclude each other/],
      [["run", "-", "--config", "c.yaml"], /--source and --config exclude each other/],
      [["run", "--source", "syslog"], /--source takes stdin only/],
      [["run", "a.log"], /a log is named by --path/],
    ];
    for (const [args, says] of cases) {
      const { code, err } = await runCli(t, args, { cwd });
      assert.deepEqual([code, says.test(err)], [2, true], err);
    }
  });
});
