import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { ndjson, runCli, start } from "./program.ts";

const LINES = Array.from({ length: 20_000 }, (_, n) => `{"level":"info","msg":"line ${n}"}`);

/** Starts `log-monitor ARGS` with a pipe for its standard input. */
const piped = (t: TestContext, args: string[], cwd: string) => start(t, args, { cwd, stdin: true });

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
    const program = piped(t, ["run", "--config", configured(folder)], folder);
    program.stdin?.end(LINES.join("\n"));
    const { code, out, err } = await program.exited;
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
      const program = piped(t, args, folder);
      program.stdin?.end('{"level":"error","msg":"broken"}\n');
      const { code, err } = await program.exited;
      assert.equal(code, 0, err);
    }
    const { out } = await runCli(t, ["query", "level:error"], { cwd: folder });
    assert.equal(out.trim().split("\n").length, 3);
  });

  it("goes on while the pipe is open, and keeps what it read when it is asked to end", async (t) => {
    const folder = tempFolder(t);
    const program = piped(t, ["run", "--config", configured(folder)], folder);
    const out = join(folder, "out.ndjson");
    program.stdin?.write('{"msg":"one"}\n{"msg":"tw');
    await program.until(() => ndjson(out).length === 1, { what: "the first line" });
    program.stdin?.write('o"}\n');
    await program.until(() => ndjson(out).length === 2, { what: "the second line" });
    program.kill("SIGTERM");
    const { code, err } = await program.exited;
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
