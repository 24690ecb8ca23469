import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** One request as it came, its body unpacked. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to answer: a status alone, or with headers and a text. */
export type Reply =
  | number
  | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string };

export interface Receiver {
  readonly url: string;
  readonly requests: readonly Received[];
  /** How requests are answered from now on. */
  answer: (request: Received) => Reply;
}

/** An HTTP server on the loopback address that keeps what it is sent; closed when the test ends. */
export async function startReceiver(
  t: { after(fn: () => void): void },
  answer: (request: Received) => Reply = () => 204,
): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer(async (from, to) => {
    const parts: Buffer[] = [];
    for await (const part of from) parts.push(part as Buffer);
    const whole = Buffer.concat(parts);
    const body = (from.headers["content-encoding"] === "gzip" ? gunzipSync(whole) : whole).toString();
    const request = { method: from.method ?? "", path: from.url ?? "", headers: from.headers, body };
    requests.push(request);
    const reply = receiver.answer(request);
    const { status, headers = {}, text = "" } = typeof reply === "number" ? { status: reply } : reply;
    to.writeHead(status, headers).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
  };
  return receiver;
}
