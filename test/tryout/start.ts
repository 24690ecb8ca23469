// The try-out: a demo workspace with logs that grow, VS Code open on it with the extension, and live figures
// in the terminal. Ctrl-C ends everything that was started and removes the demo.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { repository } from "../helpers/vscode-paths.ts";
import { type Started, start } from "../helpers/vscode-process.ts";
import { createDemo, type Demo } from "./demo.ts";
import { type Editor, openEditor } from "./editor.ts";

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.abort());

const demo = await createDemo();
const generators: Started[] = [];
let editor: Editor | undefined;
try {
  for (const { format, path, rate } of demo.logs) {
    const cli = join(repository, "dist", "cli.js");
    const args = ["generate", "--format", format, "--path", path, "--rate", String(rate)];
    generators.push(start(process.execPath, [cli, ...args]));
  }
  editor = await openEditor(demo, console.log);
  console.log(introduction(demo, editor));
  await showFigures(demo, editor);
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  console.log("\nStopping …");
  await editor?.stop();
  await Promise.all(generators.map((generator) => generator.stop()));
  if (existsSync(demo.home))
    rmSync(demo.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function introduction({ workspace, logs, port }: Demo, { address }: Editor): string {
  const where = address
    ? `Open this address in a browser:\n\n    ${address}\n`
    : "VS Code opens in a window of its own.";
  return [
    "",
    where,
    "It shows the logs at the left and the dashboard beside them.",
    "",
    `Workspace  ${workspace}`,
    ...logs.map(({ path, format, rate }) => `Log        ${path}  (${format}, ${rate} lines/s)`),
    `Figures    http://127.0.0.1:${port}/monitor`,
    "Ctrl-C     stops everything and removes the workspace",
    "",
  ].join("\n");
}

/** Prints what the engine's monitor says, every second, until the try-out is stopped. */
async function showFigures({ port }: Demo, { address, running, output }: Editor): Promise<void> {
  const print = createPrinter();
  while (!stopped.signal.aborted) {
    const dead = generators.find((generator) => !generator.running());
    if (dead) throw new Error(`The log generator ended:\n${dead.output()}`);
    if (!running()) {
      if (address) throw new Error(`VS Code's server ended:\n${output().slice(-2000)}`);
      return;
    }
    print(
      (await figures(port)) ?? (address ? "Waiting: open the address above to begin" : "Waiting for VS Code"),
    );
    await delay(1000, undefined, { signal: stopped.signal }).catch(() => {});
  }
}

/** One line of the monitor's figures; undefined while no engine answers, which runs only inside VS Code. */
async function figures(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/monitor`, { signal: AbortSignal.timeout(1000) });
    const now = (await response.json()) as Record<string, unknown>;
    const rate = Number(now.tps ?? 0).toFixed(1);
    return `${now.HandleLine} lines  ${rate} lines/s  ${now.ErrNum} errors  running ${now.RunTime}`;
  } catch {
    return undefined;
  }
}

/** A terminal gets one line that changes, a pipe a line for each change. */
function createPrinter(): (line: string) => void {
  let last = "";
  return (line) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else if (line !== last) console.log(line);
    last = line;
  };
}
