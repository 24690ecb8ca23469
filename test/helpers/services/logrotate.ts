import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../vscode-paths.ts";
import { withLock } from "./lock.ts";

const minutes = 60_000;
const run = promisify(execFile);

/** Debian's packages of the program and of the one library that a small system may lack. */
const PACKAGES = ["logrotate", "libpopt0"];

/** Runs logrotate once. @throws with what it says when it fails */
export type Logrotate = (args: readonly string[]) => Promise<void>;

/**
 * The real logrotate: the one on the PATH, else Debian's package, unpacked into `.cache/` (once, by one process at a
 * time, without root).
 *
 * @throws when there is none
 */
export async function obtainLogrotate(): Promise<Logrotate> {
  if (await works("logrotate", process.env)) return (args) => rotate("logrotate", process.env, args);
  const home = await unpacked();
  const command = join(home, "usr", "sbin", "logrotate");
  const env = { ...process.env, LD_LIBRARY_PATH: libraries(home).join(":") };
  if (!(await works(command, env))) throw new Error("the logrotate of Debian's package does not run here");
  return (args) => rotate(command, env, args);
}

async function rotate(command: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  const { stderr } = await run(command, [...args], { env, timeout: minutes });
  if (/^error:/m.test(stderr)) throw new Error(stderr);
}

async function works(command: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return run(command, ["--version"], { env, timeout: minutes }).then(
    () => true,
    () => false,
  );
}

async function unpacked(): Promise<string> {
  const cache = join(repository, ".cache");
  const home = join(cache, "logrotate");
  if (existsSync(home)) return home;
  return withLock(`${home}.lock`, 2 * minutes, async () => {
    if (existsSync(home)) return home;
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(`${home}.unpacking-`);
    try {
      await run("apt-get", ["download", ...PACKAGES], { cwd: folder, timeout: minutes });
      const root = join(folder, "root");
      for (const file of readdirSync(folder))
        if (file.endsWith(".deb")) await run("dpkg-deb", ["-x", file, root], { cwd: folder });
      renameSync(root, home);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return home;
  });
}

function libraries(home: string): string[] {
  const names = readdirSync(home, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /(^|\/)lib\/[^/]+-linux-gnu[^/]*$/.test(name))
    .map((name) => join(home, name));
}
