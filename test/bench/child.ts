import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const preload = new URL("./preload.mjs", import.meta.url).href;

export interface Used {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxRssMb: number;
  readonly stdout: string;
}

export interface Measured {
  readonly pid: number;
  stop(signal?: NodeJS.Signals): void;
  readonly ended: Promise<Used>;
}

/** Starts `node script args…` and measures it to its end: wall time, CPU of all its threads, peak memory. */
export function measure(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Measured {
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", preload, script, ...args], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const parts: Record<"stdout" | "stderr" | "used", string> = { stdout: "", stderr: "", used: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (parts.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (parts.stderr += text));
  child.stdio[3]?.on("data", (bytes: Buffer) => (parts.used += bytes.toString()));
  const ended = once(child, "close").then(([code]) => {
    if (code !== 0)
      throw new Error(`${script} ${args.join(" ")} ended with ${code}\n${parts.stdout}\n${parts.stderr}`);
    const used = JSON.parse(parts.used) as Pick<Used, "cpuSeconds" | "maxRssMb">;
    return { seconds: (performance.now() - began) / 1000, stdout: parts.stdout, ...used };
  });
  return { pid: child.pid ?? 0, stop: (signal = "SIGTERM") => void child.kill(signal), ended };
}

export const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** The middle value of at least one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The value that a share `p` (0 to 1) of all values does not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}
