import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createLines, type LineFormat } from "../../../src/cli/lines.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { linesOf, ndjson, runCli, start } from "./program.ts";

function logFile(path: string, count: number, format: LineFormat = "nginx"): string[] {
  const make = createLines(format, 1);
  const lines = Array.from({ length: count }, (_, n) => make(Date.now() - count + n));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return lines;
}

function configured(t: TestContext, sinks: string): string {
  const cwd = tempFolder(t);
  const text = `sources:\n  access: { type: file, paths: [access.log], parser: nginx }\nsinks:\n  ${sinks}\nmonitor: false\n`;
  writeFileSync(join(cwd, "log-monitor.yaml"), text);
  return cwd;
}

describe("log-monitor run --once", () => {
  it("reads a file from its start to its end, once, also when it is called again", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.ndjson }");
    const lines = logFile(join(cwd, "access.log"), 20_000);
    const first = await runCli(t, ["run", "--config", "log-monitor.yaml", "--once"], { cwd });
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^source access: 1 file, 20000 lines, \d+ bytes$/m);
    assert.match(first.out, /^sink out: 20000 delivered$/m);
    assert.match(first.out, /^sink store: 20000 delivered$/m);
    assert.deepEqual(
      ndjson(join(cwd, "out.ndjson")).map((line) => line.raw),
      lines,
    );

    const more = logFile(join(cwd, "more.log"), 5);
    appendFileSync(join(cwd, "access.log"), readFileSync(join(cwd, "more.log")));
    const second = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(second.code, 0, second.err);
    assert.deepEqual(
      ndjson(join(cwd, "out.ndjson")).map((line) => line.raw),
      [...lines, ...more],
    );
  });

  it("fails where etcd is not to be reached and nothing else says what to read", async (t) => {
    const cwd = tempFolder(t);
    const text = "etcd: { endpoints: 'http://127.0.0.1:1', prefix: /s/, timeout: 500 }\nmonitor: false\n";
    writeFileSync(join(cwd, "log-monitor.yaml"), text);
    const { code, err } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(code, 1, err);
    assert.match(err, /there is nothing to read, because etcd could not be reached \(/);
    assert.doesNotMatch(err, /the last good configuration stays/);
  });

  it("says once why a port can't be listened on", async (t) => {
    const cwd = tempFolder(t);
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const text = `sources:\n  s: { type: syslog, port: ${port}, protocols: [tcp] }\nmonitor: false\n`;
    writeFileSync(join(cwd, "log-monitor.yaml"), text);
    const { code, err } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(code, 1, err);
    assert.equal(err.match(/source s: /g)?.length, 1, err);
  });

  it("keeps its data in --data-dir, whatever the configuration says", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.ndjson }");
    appendFileSync(join(cwd, "log-monitor.yaml"), "dataDir: elsewhere\n");
    logFile(join(cwd, "access.log"), 10);
    const { code, err } = await runCli(t, ["run", "--once", "--data-dir", "mine"], { cwd });
    assert.equal(code, 0, err);
    assert.ok(existsSync(join(cwd, "mine", "spool.db")) && !existsSync(join(cwd, "elsewhere")));
    assert.equal((await runCli(t, ["query", "--count", "--data-dir", "mine"], { cwd })).out, "10\n");
    await runCli(t, ["run", "--once"], { cwd });
    assert.equal((await runCli(t, ["query", "--count"], { cwd })).out, "10\n");
    assert.ok(existsSync(join(cwd, "elsewhere", "spool.db")));
  });

  it("counts lines that do not parse, and keeps them", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.ndjson }");
    logFile(join(cwd, "access.log"), 10);
    appendFileSync(join(cwd, "access.log"), "no access log\n");
    const { code, out, err } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(code, 0, err);
    assert.match(out, /11 lines, \d+ bytes, 1 unparsed/);
    assert.equal(ndjson(join(cwd, "out.ndjson")).at(-1)?.raw, "no access log");
  });

  it("takes a log by --path alone, in the nginx format, into the store", async (t) => {
    const cwd = tempFolder(t);
    const lines = logFile(join(cwd, "access.log"), 300);
    const { code, out, err } = await runCli(t, ["run", "--path", "access.log", "--once"], { cwd });
    assert.equal(code, 0, err);
    assert.match(out, /300 lines, \d+ bytes\n/);
    const found = await runCli(t, ["query", "--limit", "0"], { cwd });
    assert.deepEqual(found.out.split("\n").slice(0, -1), lines);
  });

  it("delivers to the address of a five-part DSN", async (t) => {
    let received = "";
    const server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (text) => (received += text));
      request.on("end", () => response.writeHead(204).end());
    });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const dsn = `http://127.0.0.1:${(server.address() as AddressInfo).port}@imooc@imoocpass@nginx@s`;
    const cwd = tempFolder(t);
    logFile(join(cwd, "access.log"), 50);
    const { code, err } = await runCli(t, ["run", "--path", "access.log", "--influxDsn", dsn, "--once"], {
      cwd,
    });
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /imoocpass/);
    assert.equal(received.split("\n").filter((line) => line.startsWith("nginx_log,")).length, 50);
  });

  it("ends with 1 and says what is missing when a sink can't be reached", async (t) => {
    const cwd = tempFolder(t);
    logFile(join(cwd, "access.log"), 40);
    const dsn = "http://127.0.0.1:9@u@p@db@s";
    const { code, out } = await runCli(
      t,
      ["run", "--path", "access.log", "--influxDsn", dsn, "--once", "--patience", "1s"],
      {
        cwd,
      },
    );
    assert.equal(code, 1);
    assert.match(out, /^sink influx: 0 delivered, 40 undelivered \(.+\)$/m);
    assert.match(out, /^sink store: 40 delivered$/m);
  });

  it("says that no file matched and ends with 3, but goes on without some of the files named", async (t) => {
    const cwd = tempFolder(t);
    for (const path of ["missing.log", "missing*.log"]) {
      const { code, out, err } = await runCli(t, ["run", "--once", "--path", path], { cwd });
      assert.equal(code, 3, err);
      assert.ok(err.includes(`source log: no file matches ${join(cwd, path)}`), err);
      assert.match(out, /^source log: 0 files, 0 lines/m);
    }
    logFile(join(cwd, "access.log"), 7);
    const { code, out, err } = await runCli(
      t,
      ["run", "--once", "--path", "missing.log", "--path", "access.log"],
      { cwd },
    );
    assert.equal(code, 0, err);
    assert.ok(err.includes(`source log: ${join(cwd, "missing.log")}: the file does not exist yet`), err);
    assert.match(out, /^source log: 1 file, 7 lines/m);
  });

  it("ends with 1 and says which log it could not read, and why, though it read the others", async (t) => {
    const cwd = tempFolder(t);
    logFile(join(cwd, "access.log"), 7);
    // A link to itself can't be opened by anybody, root included.
    const loop = join(cwd, "loop.log");
    symlinkSync(loop, loop);
    const { code, out, err } = await runCli(
      t,
      ["run", "--once", "--path", "access.log", "--path", "loop.log"],
      { cwd },
    );
    assert.equal(code, 1, err);
    assert.match(err, /^.*source log: \S+loop\.log: .*ELOOP/m);
    assert.match(out, /^sink store: 7 delivered$/m);
  });

  it("ends with 0 though a source matches what a sink writes, which it leaves out", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.log }");
    writeFileSync(
      join(cwd, "log-monitor.yaml"),
      readFileSync(join(cwd, "log-monitor.yaml"), "utf8").replace("access.log", "'*.log'"),
    );
    logFile(join(cwd, "access.log"), 7);
    writeFileSync(join(cwd, "out.log"), "");
    const { code, out, err } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(code, 0, err);
    assert.match(err, /out\.log: sink out writes this file: source access leaves it out/);
    assert.match(out, /^sink out: 7 delivered$/m);
  });

  it("takes the flags of the Go program, without a command", async (t) => {
    const cwd = tempFolder(t);
    logFile(join(cwd, "access.log"), 7);
    const good = await runCli(t, ["-path", "access.log", "--once"], { cwd });
    assert.deepEqual([good.code, /^sink store: 7 delivered$/m.test(good.out)], [0, true], good.err);
    const bad = await runCli(t, ["-path=access.log", "-influxDsn=nonsense"], { cwd });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /sinks\.influx\.dsn: /);
  });

  it("ends with 130 when it is interrupted, and the next run goes on", async (t) => {
    const cwd = tempFolder(t);
    logFile(join(cwd, "access.log"), 40);
    const hung = createServer(() => {});
    t.after(() => {
      hung.close();
      hung.closeAllConnections();
    });
    await new Promise<void>((resolve) => hung.listen(0, "127.0.0.1", resolve));
    const dsn = `http://127.0.0.1:${(hung.address() as AddressInfo).port}@u@p@db@s`;
    const asked = once(hung, "request");
    const program = start(t, ["run", "--path", "access.log", "--influxDsn", dsn, "--once"], { cwd });
    await asked;
    program.kill("SIGINT");
    const { code, out, err } = await program.exited;
    assert.equal(code, 130, err);
    assert.match(out, /^sink influx: 0 delivered/m);
    const { spool } = JSON.parse((await runCli(t, ["inspect", "--json"], { cwd })).out);
    assert.equal(spool.lines, 40);
  });

  it("prints its version", async (t) => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"));
    const { code, out } = await runCli(t, ["--version"], { cwd: tempFolder(t) });
    assert.deepEqual([code, out], [0, `log-monitor ${version}\n`]);
  });

  it("refuses to run with a wrong configuration, or with none", async (t) => {
    const cwd = tempFolder(t);
    const nothing = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(nothing.code, 2);
    assert.match(nothing.err, /--config FILE, --path LOG or -/);
    writeFileSync(join(cwd, "bad.yaml"), "sources:\n  a: { type: file, path: [x] }\n");
    const bad = await runCli(t, ["run", "--config", "bad.yaml", "--once"], { cwd });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /bad\.yaml:2.*sources\.a/);
    const absent = await runCli(t, ["run", "--config", "absent.yaml"], { cwd });
    assert.equal(absent.code, 1);
    assert.match(absent.err, /absent\.yaml/);
  });
});

describe("log-monitor query and inspect", () => {
  it("find what was stored, by field, range and time, as lines, JSON and count", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.ndjson }");
    logFile(join(cwd, "access.log"), 3000);
    await runCli(t, ["run", "--once"], { cwd });
    const all = ndjson(join(cwd, "out.ndjson"));
    const failed = all.filter((line) => Number(/" (\d{3}) /.exec(line.raw)?.[1]) >= 500);
    assert.ok(failed.length > 3);

    const ask = async (...args: string[]) =>
      (await runCli(t, ["query", ...args], { cwd })).out.split("\n").slice(0, -1);
    assert.deepEqual(
      await ask("status:>=500"),
      failed.map((line) => line.raw),
    );
    assert.deepEqual(await ask("status:>=500", "--count", "--since", "15m"), [String(failed.length)]);
    assert.deepEqual(
      await ask("--limit", "2"),
      all.slice(-2).map((line) => line.raw),
    );
    assert.deepEqual(await ask("--until", "1h"), []);
    const slip = await runCli(t, ["query", "sttus:500"], { cwd });
    assert.deepEqual(
      [slip.out, slip.err],
      ["", 'log-monitor query: no record here has a field "sttus": did you mean status?\n'],
    );
    const word = await runCli(t, ["query", "status:>abc"], { cwd });
    assert.equal(word.code, 1);
    assert.match(word.err, /a status is compared with numbers: write it like status:>=500 \(column 1\)/);
    const objects = (await ask("status:>=500", "--json", "--since", "1h")).map((line) => JSON.parse(line));
    assert.deepEqual(objects, failed);
  });

  it("say what is wrong with a query or a folder", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.ndjson }");
    const nothing = await runCli(t, ["query", "x"], { cwd });
    assert.deepEqual([nothing.code, /holds no store/.test(nothing.err)], [1, true]);
    assert.equal((await runCli(t, ["inspect"], { cwd })).code, 1);
    logFile(join(cwd, "access.log"), 10);
    await runCli(t, ["run", "--once"], { cwd });
    const wrong = await runCli(t, ["query", "status:["], { cwd });
    assert.equal(wrong.code, 1);
    assert.doesNotMatch(wrong.err, /\n\s+at /);
    assert.equal((await runCli(t, ["query", "--since", "yesterday"], { cwd })).code, 2);
  });

  it("show checkpoints, spool, cursors and dead letters", async (t) => {
    const cwd = configured(t, "out: { type: file, path: out.ndjson }");
    const path = join(cwd, "access.log");
    logFile(path, 500);
    await runCli(t, ["run", "--once"], { cwd });
    const { code, out, err } = await runCli(t, ["inspect", "--json"], { cwd });
    assert.equal(code, 0, err);
    const report = JSON.parse(out);
    const size = readFileSync(path).length;
    assert.equal(report.checkpoints.length, 1);
    assert.deepEqual(
      [report.checkpoints[0].path, report.checkpoints[0].offset, report.checkpoints[0].size],
      [path, size, size],
    );
    assert.deepEqual(
      report.sinks.map((sink: { sink: string; linesBehind: number }) => [sink.sink, sink.linesBehind]),
      [
        ["out", 0],
        ["store", 0],
      ],
    );
    assert.deepEqual(report.deadLetters, []);
    const text = (await runCli(t, ["inspect"], { cwd })).out;
    for (const part of [
      "Checkpoints",
      `${path} read to ${size} of ${size}`,
      "Spool",
      "out: at block",
      "Dead letters",
    ]) {
      assert.ok(text.includes(part), part);
    }
    assert.equal(linesOf(path).length, 500);
  });
});
