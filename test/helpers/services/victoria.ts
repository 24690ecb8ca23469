import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../port.ts";
import { startProcess } from "../process.ts";
import { unpackPackages } from "./debian.ts";
import { basic, type Credentials } from "./influx-query.ts";

const run = promisify(execFile);
const NAME = "victoria-metrics";
/** What the package holds beside the server: ten times its size. */
const OTHERS = ["vmagent", "vmalert", "vmauth", "vmbackup", "vmctl", "vmrestore"].map(
  (name) => `usr/bin/${name}`,
);

export interface Victoria {
  readonly url: string;
  /** All values of a metric, of all its series. */
  values(metric: string): Promise<number[]>;
}

/**
 * Starts a real VictoriaMetrics on the loopback address that asks for these credentials: what
 * LOG_MONITOR_VICTORIA names, else `victoria-metrics` on the PATH, else Debian's package.
 *
 * @throws when there is none to be had
 */
export async function startVictoria(
  t: { after(fn: () => Promise<void>): void },
  auth: Credentials,
): Promise<Victoria> {
  const command = await obtain();
  const url = `http://127.0.0.1:${await freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-victoria-"));
  const server = startProcess(command, [
    `-httpListenAddr=${new URL(url).host}`,
    `-storageDataPath=${folder}`,
    `-httpAuth.username=${auth.user}`,
    `-httpAuth.password=${auth.password}`,
    "-memory.allowedBytes=128MB",
    "-search.latencyOffset=0s",
    "-retentionPeriod=10y",
  ]);
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const ask = (path: string): Promise<Response> =>
    fetch(url + path, { headers: { authorization: basic(auth) }, signal: AbortSignal.timeout(60_000) });
  await server.ready(async () => (await ask("/health")).ok);
  return {
    url,
    async values(metric) {
      // What was written last waits in memory for a second.
      await ask("/internal/force_flush");
      const response = await ask(`/api/v1/export?${new URLSearchParams({ "match[]": metric, start: "1" })}`);
      const lines = (await response.text()).split("\n").filter((line) => line !== "");
      return lines.flatMap((line) => (JSON.parse(line) as { values: number[] }).values);
    },
  };
}

async function obtain(): Promise<string> {
  const named = process.env.LOG_MONITOR_VICTORIA;
  if (named) return named;
  if (await works(NAME)) return NAME;
  const command = join(await unpackPackages(NAME, [NAME], OTHERS), "usr", "bin", NAME);
  if (!(await works(command))) throw new Error("the VictoriaMetrics of Debian's package does not run here");
  return command;
}

function works(command: string): Promise<boolean> {
  return run(command, ["-version"], { timeout: 60_000 }).then(
    () => true,
    () => false,
  );
}
