import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { runCli } from "./program.ts";

const CONFIG = "sources:\n  log: { paths: a.log, parser: plain }\nmonitor: false\n";

describe("log-monitor on a data folder that can't be used", () => {
  for (const command of [["run"], ["run", "--once"], ["check"]]) {
    it(`${command.join(" ")} says in one line that a file is in its place`, async (t) => {
      const cwd = tempFolder(t);
      writeFileSync(join(cwd, "log-monitor.yaml"), `${CONFIG}dataDir: data\n`);
      writeFileSync(join(cwd, "data"), "");
      const { code, err } = await runCli(t, command, { cwd });
      assert.equal(code, 1);
      const folder = join(cwd, "data");
      const said = `the data folder ${folder} can't be used: a file is in its place: move it away, or set dataDir to another folder\n`;
      assert.ok(err.endsWith(`log-monitor ${command[0]}: ${said}`), err);
    });
  }

  for (const command of ["run", "inspect"]) {
    it(`${command} says in one line that the spool is no database`, async (t) => {
      const cwd = tempFolder(t);
      writeFileSync(join(cwd, "log-monitor.yaml"), `${CONFIG}dataDir: data\n`);
      mkdirSync(join(cwd, "data"));
      writeFileSync(join(cwd, "data", "spool.db"), "not a database ".repeat(100));
      const { code, err } = await runCli(t, [command], { cwd });
      assert.equal(code, 1);
      assert.match(err, /^log-monitor \w+: the data folder \S+ can't be used: .*or set dataDir to .*\n$/);
    });
  }
});
