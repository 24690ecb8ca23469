import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import type { MonitorConfig } from "../config/config.ts";
import { reasonOf, UserError } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import type { Snapshot } from "../model.ts";
import { monitorFigures } from "./figures.ts";
import { prometheusText } from "./prometheus.ts";

/** How long (ms) a client may take to send its request, and to take the answer. */
const PATIENCE = 5_000;
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "::1"];

export interface MonitorServer {
  /** Like `http://127.0.0.1:9193`. */
  readonly address: string;
  /** Ends idle connections too. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Serves `/monitor` (the JSON of the Go log_process) and `/metrics` (Prometheus text 0.0.4).
 * @throws UserError that names `monitor.port` or `monitor.host` when it can't listen there
 */
export async function startMonitor(
  { host, port, allowHosts }: MonitorConfig,
  snapshot: () => Snapshot,
  log: Log,
): Promise<MonitorServer> {
  const names = new Set([
    ...LOOPBACK,
    ...allowHosts.map((name) => name.toLowerCase().replace(/^\[|\]$/g, "")),
  ]);
  const pages: Record<string, () => { type: string; body: string }> = {
    "/monitor": () => ({
      type: "application/json; charset=utf-8",
      body: `${JSON.stringify(monitorFigures(snapshot()), undefined, "\t")}\n`,
    }),
    "/metrics": () => ({
      type: "text/plain; version=0.0.4; charset=utf-8",
      body: prometheusText(snapshot()),
    }),
  };

  const answer = (request: IncomingMessage): Answer => {
    const name = hostOf(request.headers.host);
    // A page that has its own name point to this machine must not read logs' figures (DNS rebinding).
    if (name === undefined || !names.has(name)) {
      const hint = "add it to monitor.allowHosts to let it in";
      return refusal(403, `this is not served to the host "${name ?? ""}": ${hint}`);
    }
    const path = pathOf(request.url ?? "");
    if (path === undefined) return refusal(400, "the request's target is no path and no URL");
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (!page) return refusal(404, `there is ${Object.keys(pages).join(" and ")}`);
    if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "GET only");
    return { status: 200, ...page() };
  };

  const server = createServer(
    { headersTimeout: PATIENCE, requestTimeout: PATIENCE, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      try {
        send(request, response, answer(request));
      } catch (error) {
        log.error(`monitor: ${reasonOf(error)}`);
        send(request, response, refusal(500, "failed; the log says why"));
      }
    },
  );
  server.setTimeout(PATIENCE);
  server.maxConnections = 100;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const known = explain(error, host, port);
    throw known
      ? new UserError(known)
      : new UserError(`monitor could not listen on ${host}:${port}`, { cause: error });
  }
  server.on("error", (error) => log.error(`monitor: ${reasonOf(error)}`));
  const bound = server.address();
  const actual = typeof bound === "object" && bound ? bound.port : port;
  const address = `http://${isIPv6(host) ? `[${host}]` : host}:${actual}`;
  log.info(`figures at ${address}/monitor and ${address}/metrics`);
  return {
    address,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The path of a request's target: `/monitor?x`, or a whole URL as proxies send it; undefined when it is neither. */
function pathOf(target: string): string | undefined {
  if (target.startsWith("/")) return target.split("?", 1)[0];
  return /^https?:\/\//i.test(target) && URL.canParse(target) ? new URL(target).pathname : undefined;
}

/** The name in a Host header, in lower case, without port and brackets. */
export function hostOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::\d{1,5})?$/i.exec(header ?? "");
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, "");
}

function refusal(status: number, why: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body: `${why}\n` };
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
    ...(status !== 200 && { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The remedy where the code says it all; what the system says would only repeat it. */
function explain(error: unknown, host: string, port: number): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `monitor.port: ${port} is in use: choose another port, or 0 for any free one`;
  }
  if (code === "EACCES") return `monitor.port: ${port} needs more rights: choose a port above 1023`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return `monitor.host: "${host}" is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses`;
  }
  return undefined;
}
