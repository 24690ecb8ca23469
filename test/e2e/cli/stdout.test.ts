import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { runCli, start } from "./program.ts";

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
    const program = start(t, ["run"], { cwd });
    assert.equal(await program.until(program.out, { what: "the first line" }), line(0));
    program.stdout.destroy();
    appendFileSync(join(cwd, "a.log"), line(1));
    const { code, signal, err } = await program.exited;
    assert.deepEqual([code, signal], [0, null], err);
    assert.doesNotMatch(err, /EPIPE|Error/);

    const { out } = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(out, line(1));
  });
});
