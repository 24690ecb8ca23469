import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const preload = new URL("./preload.mjs", import.meta.url).href;

export interface Used {
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
}

export interface Measured {
  readonly pid: number;
  /** Asks it to end, and tells what it used. */
  stop(): Promise<Used>;
  /** @throws with what it printed when it ended with another code than 0. */
  readonly ended: Promise<Used>;
}

/** Starts `node script args…` and measures it to its end. It does not outlive this process. */
export function measure(script: string, args: readonly string[]): Measured {
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", preload, script, ...args], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  let printed = "";
  let used = "";
  const keep = (bytes: Buffer): void => {
    printed = (printed + bytes.toString()).slice(-4000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.stdio[3]?.on("data", (bytes: Buffer) => (used += bytes.toString()));
  const ended = once(child, "close").then(([code]) => {
    process.removeListener("exit", kill);
    if (code !== 0) throw new Error(`${script} ${args.join(" ")} ended with ${code}\n${printed}`);
    const own = JSON.parse(used) as Pick<Used, "cpuSeconds" | "peakMebibytes">;
    return { seconds: (performance.now() - began) / 1000, ...own };
  });
  // Whoever waits for something else first must not be killed by this.
  ended.catch(() => {});
  return {
    pid: child.pid ?? 0,
    stop() {
      child.kill();
      return ended;
    },
    ended,
  };
}

/** The product as it ships: the bundle that `npm run build` makes. */
export const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** A script of this folder. */
export const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Writes `lines` lines of the nginx format. */
export async function generate(path: string, lines: number): Promise<void> {
  const size = ["--rate", "0", "--lines", String(lines)];
  await measure(cli, ["generate", "--format", "nginx", "--path", path, ...size]).ended;
}
