import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { unpackPackages } from "./debian.ts";

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
  const home = await unpackPackages("logrotate", PACKAGES);
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

function libraries(home: string): string[] {
  const names = readdirSync(home, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /(^|\/)lib\/[^/]+-linux-gnu[^/]*$/.test(name))
    .map((name) => join(home, name));
}
