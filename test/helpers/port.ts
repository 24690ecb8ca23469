import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Below the ports systems give to outgoing connections: nobody takes it while a test's server is down. */
const free = [10_240, 32_768] as const;
/** Below those again: no other test's server comes to listen there meanwhile. */
const dead = [7_000, 10_000] as const;

/** A port for a server, to itself also while that is down. */
export const freePort = (): Promise<number> => portBetween(...free);

/** A port that no server comes to: for a client that is to find nobody there. */
export const deadPort = (): Promise<number> => portBetween(...dead);

/**
 * A port of the loopback address that nothing listens on, and that no other test is given while this process lives.
 * @param to above the last of them
 */
export async function portBetween(from: number, to: number): Promise<number> {
  let last: unknown;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(from, to);
    if (!claims(port)) continue;
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      last = error;
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
  throw new Error("no free port found", { cause: last });
}

/** Each user's own: what one makes another must not write to. */
const claimed = join(tmpdir(), `log-monitor-ports-${process.getuid?.() ?? "all"}`);
const own: string[] = [];

/** Takes a port for this process by a file: on the port itself nobody listens until its server is up, or while it is down. */
function claims(port: number): boolean {
  const file = join(claimed, String(port));
  mkdirSync(claimed, { recursive: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    // One that was killed leaves its files: the port can be had by the next.
    if (!isAlive(ownerOf(file))) rmSync(file, { force: true });
    return false;
  }
  if (own.length === 0) process.once("exit", release);
  own.push(file);
  return true;
}

function release(): void {
  for (const file of own) rmSync(file, { force: true });
}

/** @returns the process that has a port; 0, which is always one: it can't be told */
function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
