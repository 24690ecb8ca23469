import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import manifest from "../../../../package.json" with { type: "json" };
import { append, clear, folder, logMonitor, remove, source, until, writeSettings } from "./window.ts";

/** `log-monitor run` on the data folder `shared` of the workspace, and what it says. */
function startProgram(): { child: ChildProcess; said(): string } {
  const extension = vscode.extensions.getExtension(`${manifest.publisher}.${manifest.name}`);
  assert.ok(extension);
  const cli = join(extension.extensionPath, "dist", "cli.js");
  const args = ["run", "--path", "logs/a.log", "--parser", "plain", "--data-dir", "shared"];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder(),
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (more: string) => (text += more));
  return { child, said: () => text };
}

describe("a window on a data folder that another process runs on", () => {
  let program: ReturnType<typeof startProgram>;

  before(async () => {
    await clear();
    mkdirSync(join(folder(), "logs"), { recursive: true });
    append("logs/a.log", "a0");
    program = startProgram();
    const run = program;
    await until(() => /added: .*sources\.log/.test(run.said()), {
      what: "the program to run",
    });
  });
  after(async () => {
    program.child.kill("SIGKILL");
    await clear();
    remove("logs");
    remove("shared");
  });

  it("shows that process's figures, says whose they are, and takes over when it is killed (-9)", async () => {
    await writeSettings({
      "logMonitor.dataDir": "shared",
      "logMonitor.monitor": false,
      "logMonitor.sources": { log: { type: "file", paths: ["logs/a.log"], parser: "plain" } },
    });
    const api = await logMonitor();
    await until(() => api.snapshot()?.followed?.process === program.child.pid, {
      what: "the window to follow",
    });
    append("logs/a.log", "a1", "a2");
    assert.equal((await source("log", ({ lines }) => lines === 2)).lines, 2);
    const exited = once(program.child, "exit");
    program.child.kill("SIGKILL");
    await exited;
    append("logs/a.log", "a3");
    await until(() => api.snapshot() && !api.snapshot()?.followed, {
      what: "the window to take over",
    });
    assert.equal((await source("log", ({ lines }) => lines >= 1)).lines, 1, "it goes on at the very line");
  });
});
