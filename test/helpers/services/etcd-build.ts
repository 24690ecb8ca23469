import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../vscode-paths.ts";
import { withLock } from "./lock.ts";

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
    return await build(say);
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    const reason = stderr?.trim().split("\n").at(-1) || message;
    throw new Error(`tried LOG_MONITOR_ETCD (not set), etcd on the PATH (none) and Go (${reason})`, {
      cause: error,
    });
  }
}

async function build(say: (line: string) => void): Promise<string> {
  const cache = join(repository, ".cache");
  const home = join(cache, `etcd-${version}`);
  const path = join(home, name);
  if (existsSync(path)) return path;
  await run("go", ["version"]);
  return withLock(`${home}.lock`, 8 * minutes, async () => {
    if (existsSync(path)) return path;
    say(`Building etcd ${version} with Go, once: about two minutes`);
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(`${home}.building-`);
    const options = {
      cwd: folder,
      env: { ...process.env, GOFLAGS: "-mod=mod", GOOS: "", GOARCH: "", GOWORK: "off" },
      timeout: 8 * minutes,
      maxBuffer: 1 << 24,
    };
    try {
      // `go install module@version` refuses modules that replace others, as etcd's does for its own parts.
      writeFileSync(join(folder, "go.mod"), "module build\n\ngo 1.24\n");
      await run("go", ["get", `go.etcd.io/etcd/server/v3@v${version}`], options);
      await run("go", ["build", "-o", name, "go.etcd.io/etcd/server/v3"], options);
      try {
        renameSync(folder, home);
      } catch (error) {
        if (!existsSync(path)) throw error;
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return path;
  });
}

async function isEtcd(command: string): Promise<boolean> {
  try {
    const { stdout } = await run(command, ["--version"]);
    const [, minor = "0"] = /^etcd Version: 3\.(\d+)/.exec(stdout) ?? [];
    return Number(minor) >= 4;
  } catch {
    return false;
  }
}
