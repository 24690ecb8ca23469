import { fileURLToPath } from "node:url";
import { startProcess } from "../process.ts";

/** What the server has taken: `bytes` are unpacked ones, `lastAt` is in milliseconds since the epoch. */
export interface Count {
  readonly lines: number;
  readonly bytes: number;
  readonly requests: number;
  /** Writes that were answered with an error, or not at all. */
  readonly refused: number;
  readonly lastAt: number;
}

export interface Mode {
  /** A status, or `stall`: never answered, or `lose`: taken, and the connection broken instead of an answer. */
  answer: number | "stall" | "lose";
  /** Seconds of the header Retry-After. */
  after?: number;
  /** For this many writes only. */
  times?: number;
  /** For bodies above this many bytes only. */
  above?: number;
}

export interface CountingServer {
  readonly url: string;
  readonly port: number;
  count(): Promise<Count>;
  /** How it meets writes from now on. */
  mode(mode: Mode): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `counting-server.ts`, in whose head the answers are described, as a process of its own. */
export async function startCountingServer(port = 0): Promise<CountingServer> {
  const script = fileURLToPath(new URL("../counting-server.ts", import.meta.url));
  const child = startProcess(process.execPath, [script, "--port", String(port)]);
  const printed = await child.ready(() => /.*\n/.exec(child.stdout())?.[0]);
  const listening = JSON.parse(printed) as { port: number };
  const url = `http://127.0.0.1:${listening.port}`;
  return {
    url,
    port: listening.port,
    count: async () => (await (await fetch(`${url}/count`)).json()) as Count,
    async mode(mode) {
      const query = new URLSearchParams(
        Object.entries(mode).map(([name, value]): [string, string] => [name, `${value}`]),
      );
      const response = await fetch(`${url}/mode?${query}`, { method: "POST" });
      if (!response.ok) throw new Error(await response.text());
    },
    stop: () => child.stop(),
  };
}
