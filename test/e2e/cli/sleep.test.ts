import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { linesIn, ndjson, start } from "./program.ts";

const CONFIG = `
sources:
  access: { paths: ["logs/access.log*"], parser: nginx, from: start }
sinks:
  out: { type: file, path: out.ndjson }
monitor: false
`;

describe("a machine that sleeps", { skip: process.platform === "win32" && "no SIGSTOP" }, () => {
  for (const how of ["rename", "copytruncate"]) {
    it(`while logs are rotated by ${how}: every line once after it woke`, { timeout: 120_000 }, async (t) => {
      const cwd = tempFolder(t);
      const logs = join(cwd, "logs");
      const out = join(cwd, "out.ndjson");
      mkdirSync(logs);
      writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
      const program = start(t, ["run"], { cwd });
      const flow = ["--rate", "3000", "--rotate", how, "--every", "1000lines"];
      const writer = start(t, ["generate", "--path", "logs/access.log", ...flow], { cwd });
      for (let nap = 0; nap < 3; nap++) {
        const had = ndjson(out).length;
        await program.until(() => ndjson(out).length > had + 1_500, { what: "lines" });
        program.kill("SIGSTOP");
        const files = readdirSync(logs).length;
        await writer.until(() => readdirSync(logs).length > files + 3, { what: "rotations" });
        program.kill("SIGCONT");
      }
      writer.kill("SIGTERM");
      await writer.exited;
      const written = linesIn(logs);
      await program.until(() => ndjson(out).length >= written.length, { what: "all lines" });
      program.kill("SIGTERM");
      assert.equal((await program.exited).code, 0);
      const lines = ndjson(out);
      assert.deepEqual(lines.map(({ raw }) => raw).toSorted(), written.toSorted());
      assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
    });
  }
});
