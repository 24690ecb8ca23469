import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface Relay {
  readonly url: string;
  /** Lines that the server behind has taken by writes through here, again or not. */
  readonly taken: number;
  /**
   * What becomes of the answers from now on: passed on, lost with the connection broken, or held back until
   * the client gives up. The server behind gets every request either way.
   */
  mode: "pass" | "lose" | "hold";
}

/** A bad line to the HTTP server at `target`; it is closed when the test ends. */
export async function startRelay(t: { after(fn: () => void): void }, target: string): Promise<Relay> {
  const relay = { url: "", taken: 0, mode: "pass" as Relay["mode"] };
  const server = createServer(async (from, to) => {
    from.on("error", () => {});
    const parts: Buffer[] = [];
    for await (const part of from) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const { method, headers } = from;
    const onward = request(target + from.url, { method, headers, agent: false });
    onward.on("error", () => to.destroy());
    onward.on("response", async (response) => {
      const answer: Buffer[] = [];
      for await (const part of response) answer.push(part as Buffer);
      if (response.statusCode === 204 && body.length > 0) relay.taken += body.toString().split("\n").length;
      if (relay.mode === "lose") to.destroy();
      if (relay.mode === "pass")
        to.writeHead(response.statusCode ?? 502, response.headers).end(Buffer.concat(answer));
    });
    onward.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  relay.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return relay;
}
