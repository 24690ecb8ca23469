import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { freePort } from "../helpers/port.ts";
import type { Way } from "./steps.ts";

/** A slow answer takes so long (ms). */
const SLOW = 60;
const PAGE = "<html><body>It works!</body></html>";

/** InfluxDB's write protocol over real HTTP: keeps what it took, one point for each series and time. */
export interface InfluxServer {
  readonly url: string;
  /** The next writes are met so. */
  answer(way: Way, times: number): void;
  /** Nobody listens any more, and connections are broken. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** The lines (field `raw`) it took, one for each point. */
  raws(): string[];
  /** Points that came again with other values. */
  readonly conflicts: string[];
  close(): Promise<void>;
}

/** @param poisoned points that are refused for good: a write that holds one is answered with 400 */
export async function startInflux(poisoned: (raw: string) => boolean): Promise<InfluxServer> {
  const points = new Map<string, string>();
  const conflicts: string[] = [];
  let special: { way: Way; times: number } = { way: "500", times: 0 };
  /** Of the writes with a refused point every other takes the rest, as 1.x does, or nothing, as 2.x may. */
  let refusals = 0;

  const take = (lines: readonly (readonly [key: string, raw: string])[]): void => {
    for (const [key, raw] of lines) {
      const before = points.get(key);
      if (before !== undefined && before !== raw) conflicts.push(`${key}: ${before} and ${raw}`);
      points.set(key, raw);
    }
  };

  const answer = (body: Buffer, request: IncomingMessage, response: ServerResponse): unknown => {
    const refuse = (status: number, headers: Record<string, string> = {}): unknown =>
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify({ error: `told to answer ${status}` }));
    const lines = body.toString().split("\n").flatMap(pointOf);
    let way: Way | undefined;
    // A record alone that is too large would be one that is refused for good.
    if (special.times > 0 && (special.way !== "413" || lines.length > 1)) {
      special.times--;
      way = special.way;
    }
    switch (way) {
      case "429 later":
        return refuse(429, { "retry-after": "1" });
      case "429":
      case "500":
      case "503":
      case "413":
      case "401":
      case "404":
        return refuse(Number(way));
      case "page":
        return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
      case "reset":
        return request.socket.destroy();
      case "hang":
        return undefined;
    }
    const good = lines.filter(([, raw]) => !poisoned(raw));
    if (good.length < lines.length) {
      if (refusals++ % 2 === 0) take(good);
      const error = `partial write: field type conflict dropped=${lines.length - good.length}`;
      return response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error }));
    }
    take(good);
    if (way === "take and hang") return undefined;
    if (way === "lose") return request.socket.destroy();
    if (way === "slow") return setTimeout(() => response.writeHead(204).end(), SLOW);
    return response.writeHead(204).end();
  };

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        response.on("error", () => {});
        request.on("error", () => {});
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const packed = request.headers["content-encoding"] === "gzip";
          const body = Buffer.concat(chunks);
          answer(packed ? gunzipSync(body) : body, request, response);
        });
      });
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });

  const port = await freePort();
  let server: Server | undefined = await listen(port);
  const down = async (): Promise<void> => {
    const ending = server;
    server = undefined;
    if (!ending) return;
    await new Promise<void>((resolve) => {
      ending.close(() => resolve());
      ending.closeAllConnections();
    });
  };

  return {
    url: `http://127.0.0.1:${port}`,
    answer(way, times) {
      special = { way, times };
    },
    down,
    async up() {
      server ??= await listen(port);
    },
    raws: () => [...points.values()],
    conflicts,
    close: down,
  };
}

/** `series raw="…" time`: the point's key, and its line. Written like this by the mapping of the test alone. */
function pointOf(line: string): [key: string, raw: string][] {
  if (line === "" || line.startsWith("#")) return [];
  const start = line.indexOf(' raw="');
  const end = line.lastIndexOf('" ');
  if (start < 0 || end < start) throw new Error(`no point of this test: ${line.slice(0, 200)}`);
  const raw = line.slice(start + ' raw="'.length, end).replace(/\\(["\\])/g, "$1");
  return [[line.slice(0, start) + line.slice(end + 1), raw]];
}
