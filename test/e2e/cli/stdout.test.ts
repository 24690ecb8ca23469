import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { cli, runCli } from "./program.ts";

const config = (format: string) =>
  JSON.stringify({
    sources: { app: { paths: "a.log", parser: "json", from: "start" } },
    sinks: { out: { type: "stdout", format } },
    store: false,
    monitor: false,
  });
const line = (at: number): string => `{"message":"line ${at}"}\n`;

describe("log-monitor run with a sink stdout", () => {
  it("writes records, and nothing else, to the standard output", async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(join(cwd, "log-monitor.yaml"), config("json"));
    writeFileSync(join(cwd, "a.log"), Array.from({ length: 3_000 }, (_, at) => line(at)).join(""));
    const { code, out, err } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(code, 0, err);
    const messages = out
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one).message);
    assert.deepEqual(
      messages,
      Array.from({ length: 3_000 }, (_, at) => `line ${at}`),
    );
    assert.match(err, /^sink out: 3000 delivered$/m);

    const again = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(again.out, "", "each line is written once");
  });

  it("ends quietly when its reader goes, and writes what was not read the next time", async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(join(cwd, "log-monitor.yaml"), config("raw"));
    writeFileSync(join(cwd, "a.log"), line(0));
    const child = spawn(process.execPath, [cli, "run"], {
      cwd,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined },
      stdio: ["ignore", "pipe", "pipe"],
    });
    t.after(() => void child.kill("SIGKILL"));
    let err = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    assert.equal(String(first), line(0));
    const exited = once(child, "exit");
    child.stdout.destroy();
    appendFileSync(join(cwd, "a.log"), line(1));
    assert.deepEqual(await exited, [0, null], err);
    assert.doesNotMatch(err, /EPIPE|Error/);

    const { out } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(out, line(1));
  });
});
