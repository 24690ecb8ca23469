import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { builtWithGo, type GoProgram, reasonOf } from "./go-build.ts";

const version = "3.6.5";
const name = process.platform === "win32" ? "etcd.exe" : "etcd";
const minutes = 60_000;
const run = promisify(execFile);

/**
 * A command that starts etcd 3.4 or later: what LOG_MONITOR_ETCD names, else `etcd` on the PATH, else version 3.6.5
 * built by Go from its module into `.cache/` (once, by one process at a time).
 *
 * @throws with everything that was tried when there is none.
 */
export async function obtainEtcd(
  say: (line: string) => void = (line) => console.error(line),
): Promise<string> {
  const named = process.env.LOG_MONITOR_ETCD;
  if (named) {
    if (await isEtcd(named)) return named;
    throw new Error(`LOG_MONITOR_ETCD names ${named}, which does not run as etcd 3.4 or later`);
  }
  if (await isEtcd(name)) return name;
  try {
    return await builtWithGo(etcd, say);
  } catch (error) {
    throw new Error(`tried LOG_MONITOR_ETCD (not set), etcd on the PATH (none) and Go (${reasonOf(error)})`, {
      cause: error,
    });
  }
}

const etcd: GoProgram = {
  folder: `etcd-${version}`,
  file: name,
  timeout: 8 * minutes,
  notice: `Building etcd ${version} with Go, once: about two minutes`,
  async build(folder, go) {
    const env = { GOFLAGS: "-mod=mod", GOWORK: "off" };
    // `go install module@version` refuses modules that replace others, as etcd's does for its own parts.
    writeFileSync(join(folder, "go.mod"), "module build\n\ngo 1.24\n");
    await go(["get", `go.etcd.io/etcd/server/v3@v${version}`], env);
    await go(["build", "-o", name, "go.etcd.io/etcd/server/v3"], env);
  },
};

async function isEtcd(command: string): Promise<boolean> {
  try {
    const { stdout } = await run(command, ["--version"]);
    const [, minor = "0"] = /^etcd Version: 3\.(\d+)/.exec(stdout) ?? [];
    return Number(minor) >= 4;
  } catch {
    return false;
  }
}
