import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A workspace to look around in, outside the repository. */
export interface Demo {
  /** Everything of the demo; removed at its end. */
  home: string;
  workspace: string;
  /** The logs that are to be written there. */
  logs: { format: string; path: string; rate: number }[];
  /** The port of the engine's monitor. */
  port: number;
}

/**
 * Makes the demo workspace: two logs in one folder with its settings. They are written before a window is
 * open, and read from their end: what was written till then would be one spike that crushes every chart.
 */
export async function createDemo(): Promise<Demo> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-demo-")));
  const workspace = join(home, "demo");
  const port = await freePort();
  mkdirSync(join(workspace, "logs"), { recursive: true });
  mkdirSync(join(workspace, ".vscode"));
  const settings = {
    "logMonitor.sources": {
      access: { type: "file", paths: ["logs/access.log"], parser: "nginx", from: "end" },
      app: { type: "file", paths: ["logs/app.log"], parser: "json", from: "end" },
    },
    "logMonitor.monitor": { port },
  };
  writeFileSync(join(workspace, ".vscode", "settings.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
  const logs = [
    { format: "nginx", path: join(workspace, "logs", "access.log"), rate: 50 },
    { format: "json", path: join(workspace, "logs", "app.log"), rate: 10 },
  ];
  return { home, workspace, logs, port };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
