import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { freePort } from "./port.ts";

/** What the server does with one write, in place of taking it and answering 204. */
export type Fault = (
  to: ServerResponse,
  given: { readonly lines: readonly string[]; readonly socket: Socket; take(lines: readonly string[]): void },
) => void;

export interface FaultyInflux {
  readonly url: string;
  /** What it holds, as InfluxDB would: by series and time, so that a write repeated is one point. */
  readonly points: ReadonlyMap<string, string>;
  /** When each write came (`performance.now()`), and how many lines it had. */
  readonly writes: readonly { readonly at: number; readonly lines: number }[];
  /** Each write goes by it until it is taken back; undefined: all is well. */
  fault: Fault | undefined;
  /** Lets go of the port: connections are refused. */
  down(): Promise<void>;
  /** Listens again at the same address. */
  up(): Promise<void>;
}

/** A server that speaks InfluxDB's `/write` and fails as it is told; closed when the test ends. */
export async function startFaultyInflux(t: { after(fn: () => void): void }): Promise<FaultyInflux> {
  const points = new Map<string, string>();
  const writes: { at: number; lines: number }[] = [];
  const take = (lines: readonly string[]): void => {
    for (const line of lines) points.set(keyOf(line), line);
  };
  const answer = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    from.on("error", () => {});
    const parts: Buffer[] = [];
    try {
      for await (const part of from) parts.push(part as Buffer);
    } catch {
      return;
    }
    const lines = Buffer.concat(parts)
      .toString()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    writes.push({ at: performance.now(), lines: lines.length });
    if (server.fault) return server.fault(to, { lines, socket: from.socket, take });
    take(lines);
    to.writeHead(204).end();
  };
  const http = createServer((from, to) => void answer(from, to));
  const port = await freePort();
  const listen = async (): Promise<void> => {
    http.listen(port, "127.0.0.1");
    await once(http, "listening");
  };
  await listen();
  const server: FaultyInflux = {
    url: `http://127.0.0.1:${port}`,
    points,
    writes,
    fault: undefined,
    async down() {
      const closed = once(http, "close");
      http.close();
      http.closeAllConnections();
      await closed;
    },
    up: listen,
  };
  t.after(() => {
    http.closeAllConnections();
    if (http.listening) http.close();
  });
  return server;
}

/** Series and time of a point: what makes it the same point. */
function keyOf(line: string): string {
  const series = /^(?:\\.|[^ \\])+/.exec(line)?.[0] ?? "";
  return `${series} ${line.slice(line.lastIndexOf(" ") + 1)}`;
}

/** An answer as InfluxDB gives it: a JSON object with what is wrong. */
export const refusal =
  (status: number, error: string, headers: Record<string, string> = {}): Fault =>
  (to) =>
    void to
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify({ error }));
