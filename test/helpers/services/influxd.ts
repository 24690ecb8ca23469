import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { builtWithGo, type GoProgram, reasonOf } from "./go-build.ts";

const version = "1.8.10";
const name = process.platform === "win32" ? "influxd.exe" : "influxd";
const minutes = 60_000;
const run = promisify(execFile);

/**
 * A command that starts InfluxDB 1.x: what LOG_MONITOR_INFLUXD names, else version 1.8.10 built by Go from
 * its module into `.cache/` (once, by one process at a time), else `influxd` on the PATH.
 *
 * @throws with everything that was tried when there is none.
 */
export async function obtainInfluxd(
  say: (line: string) => void = (line) => console.error(line),
): Promise<string> {
  const named = process.env.LOG_MONITOR_INFLUXD;
  if (named) {
    if (await isInfluxd(named)) return named;
    throw new Error(`LOG_MONITOR_INFLUXD names ${named}, which does not run as InfluxDB 1.x`);
  }
  try {
    return await builtWithGo(influxd, say);
  } catch (error) {
    if (await isInfluxd(name)) return name;
    throw new Error(
      `tried LOG_MONITOR_INFLUXD (not set), Go (${reasonOf(error)}) and ${name} on the PATH (none of version 1)`,
      { cause: error },
    );
  }
}

const influxd: GoProgram = {
  folder: `influxd-${version}`,
  file: name,
  timeout: 6 * minutes,
  notice: `Building InfluxDB ${version} with Go, once: about a minute and a half`,
  async build(folder, go) {
    const module = `github.com/influxdata/influxdb/cmd/influxd@v${version}`;
    await go(["install", module], { GOBIN: folder, GOFLAGS: "" });
  },
};

/** Version 1 alone: 2.x shares the name and neither the configuration nor the users. */
async function isInfluxd(command: string): Promise<boolean> {
  try {
    // A build from the module does not know its version.
    const { stdout } = await run(command, ["version"]);
    return /^InfluxDB v(1\.|unknown)/.test(stdout);
  } catch {
    return false;
  }
}
