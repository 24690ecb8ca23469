import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { inspectFolder } from "../../../src/cli/inspect.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { ndjson, start } from "./program.ts";

const KILLS = 3;

/** Prints `<process> 0`, `<process> 1` … as fast as it is read; nothing where there is a file `enough`. */
const PRINTER = `const { appendFileSync, existsSync } = require("node:fs");
appendFileSync("pids", process.pid + "\\n");
process.stdout.on("error", () => process.exit(1));
let n = 0;
const print = () => {
  if (existsSync("enough")) return;
  let text = "";
  for (let at = 0; at < 50; at++) text += process.pid + " " + n++ + "\\n";
  process.stdout.write(text, () => setTimeout(print, 1));
};
print();`;

/** A folder whose sink can't be written before `open` is called: what is read stays in the spool. */
function prepared(t: TestContext, source: object) {
  const cwd = tempFolder(t);
  const values = {
    ...{ store: false, monitor: false, dataDir: "data" },
    sources: { a: { parser: "plain", ...source } },
    sinks: { out: { type: "file", path: "shut/out.ndjson" } },
  };
  writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify(values));
  writeFileSync(join(cwd, "shut"), "");
  return {
    cwd,
    open: () => rmSync(join(cwd, "shut")),
    /** Records that are durable, over all lives. */
    async kept() {
      // Before the first start has made the tables there is nothing.
      const report = await inspectFolder(join(cwd, "data")).catch(() => undefined);
      return report?.accounts.find(({ source: id }) => id === "a")?.lines ?? 0;
    },
    delivered: () => ndjson(join(cwd, "shut", "out.ndjson")),
    run: () => start(t, ["run"], { cwd, stdin: true }),
  };
}

/** Lines `<life> <number>`: of each life those from its first on, without a gap, each once. */
function assertWholeBeginnings(lines: readonly { readonly raw: string; readonly id: string }[]): void {
  const next = new Map<string, number>();
  for (const { raw } of lines) {
    const [life = "", number] = raw.split(" ");
    assert.equal(Number(number), next.get(life) ?? 0, `line ${raw}`);
    next.set(life, Number(number) + 1);
  }
  assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
}

describe("a run that is killed with -9", () => {
  it("delivers what it had taken out of its standard input, once, when it runs again", async (t) => {
    const { run, kept, open, delivered } = prepared(t, { type: "stdin" });
    let before = 0;
    for (let life = 0; life < KILLS; life++) {
      const program = run();
      let n = 0;
      const writing = setInterval(() => {
        if (!program.stdin?.writableNeedDrain)
          for (let at = 0; at < 50; at++) program.stdin?.write(`${life} ${n++}\n`);
      }, 1);
      t.after(() => clearInterval(writing));
      const goal = before + 1 + Math.floor(Math.random() * 2_000);
      await program.until(async () => (await kept()) >= goal, { what: `it had read ${goal}` });
      program.kill("SIGKILL");
      await program.exited;
      clearInterval(writing);
      before = await kept();
    }
    open();
    const last = run();
    last.stdin?.end();
    const { code, err } = await last.exited;
    assert.equal(code, 0, err);
    assert.equal(delivered().length, before);
    assertWholeBeginnings(delivered());
  });

  it("delivers what it had read of a command, once, and leaves no command behind", async (t) => {
    const command = [process.execPath, "-e", PRINTER];
    const { cwd, run, kept, open, delivered } = prepared(t, { type: "command", command, restart: "never" });
    let before = 0;
    for (let life = 0; life < KILLS; life++) {
      const program = run();
      const goal = before + 1 + Math.floor(Math.random() * 2_000);
      await program.until(async () => (await kept()) >= goal, { what: `it had read ${goal}` });
      program.kill("SIGKILL");
      await program.exited;
      before = await kept();
    }
    const pids = readFileSync(join(cwd, "pids"), "utf8").trim().split("\n").map(Number);
    assert.equal(pids.length, KILLS);
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)));
    open();
    writeFileSync(join(cwd, "enough"), "");
    const { code, err } = await run().exited;
    assert.equal(code, 0, err);
    assert.equal(delivered().length, before);
    assertWholeBeginnings(delivered());
  });
});
