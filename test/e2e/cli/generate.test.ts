import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { linesIn, linesOf, runCli, start } from "./program.ts";

describe("log-monitor generate", () => {
  it("writes as fast as it can and says what it wrote", async (t) => {
    const cwd = tempFolder(t);
    const { code, err } = await runCli(
      t,
      ["generate", "--path", "a.log", "--rate", "0", "--lines", "50000"],
      { cwd },
    );
    assert.equal(code, 0, err);
    assert.equal(linesOf(join(cwd, "a.log")).length, 50_000);
    assert.match(
      err,
      new RegExp(`^50000 lines, ${statSync(join(cwd, "a.log")).size} bytes, 0 rotations in `),
    );
  });

  it("greets and renames after 20 lines, as the first writefile did, losing none", async (t) => {
    const cwd = tempFolder(t);
    const args = ["generate", "--format", "hello", "--rotate", "rename", "--rate", "0", "--lines", "100"];
    const { code, err } = await runCli(t, [...args, "--path", "log.txt"], { cwd });
    assert.equal(code, 0, err);
    const names = readdirSync(cwd).filter((name) => name !== "log.txt");
    assert.equal(names.length, 5);
    for (const name of names) {
      assert.match(name, /^\d{14}(-\d)?\.txt$/);
      assert.equal(linesOf(join(cwd, name)).length, 20);
    }
  });

  it("keeps the rate until a signal ends it, with whole lines", async (t) => {
    const cwd = tempFolder(t);
    const program = start(t, ["generate", "--path", "a.log", "--path", "b.log", "--rate", "200"], { cwd });
    await program.until(() => linesIn(cwd).length > 100, { what: "lines" });
    program.kill("SIGTERM");
    const { code, err } = await program.exited;
    assert.equal(code, 0);
    assert.equal(Number(/^(\d+) lines/.exec(err)?.[1]), linesIn(cwd).length);
  });

  it("names the value that is wrong", async (t) => {
    const cwd = tempFolder(t);
    const cases: [string[], RegExp][] = [
      [[], /--path is missing/],
      [["--path", "a", "--format", "ngnix"], /did you mean nginx\?/],
      [["--path", "a", "--rate", "fast"], /--rate fast/],
      [["--path", "a", "--every", "5s"], /--every needs --rotate/],
      [["--path", "a", "--rotate", "rename", "--every", "soon"], /--every: "soon"/],
      [["--paht", "a"], /did you mean --path\?/],
    ];
    for (const [args, message] of cases) {
      const { code, err } = await runCli(t, ["generate", ...args], { cwd });
      assert.equal(code, 2, err);
      assert.match(err, message);
    }
    assert.deepEqual(readdirSync(cwd), []);
  });
});

describe("log-monitor", () => {
  it("lists its commands, and tells of each", async (t) => {
    const cwd = tempFolder(t);
    const { code, out } = await runCli(t, ["--help"], { cwd });
    assert.equal(code, 0);
    for (const name of ["run", "check", "query", "generate", "inspect"]) {
      assert.match(out, new RegExp(`^  ${name} `, "m"));
      const help = await runCli(t, [name, "--help"], { cwd });
      assert.equal(help.code, 0);
      assert.match(help.out, new RegExp(`^Usage: log-monitor ${name} `));
    }
  });

  it("answers an unknown command with the one that was meant", async (t) => {
    const { code, err } = await runCli(t, ["qurey"], { cwd: tempFolder(t) });
    assert.equal(code, 2);
    assert.match(err, /did you mean query\?/);
  });
});
