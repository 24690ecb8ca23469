import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

/** A token without a signature, which brokers take that are set up for tests: RFC 7519, section 6. @param lifetime in s */
export function unsecuredToken(subject: string, lifetime = 3_600): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [{ alg: "none" }, { sub: subject, iat: now - 120, exp: now + lifetime }];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
}

export interface TokenServer {
  readonly oauth: { readonly url: string; readonly clientId: string; readonly clientSecret: string };
  /** The forms of those who were let in. */
  readonly forms: readonly URLSearchParams[];
  /** How many connections are open. */
  connections(): Promise<number>;
}

/**
 * An identity provider that knows one client, and repeats what others say of themselves; it is stopped when the test ends.
 * @param lifetime of its tokens, in s
 */
export async function startTokens(
  t: { after(fn: () => void): void },
  subject: string,
  lifetime?: number,
): Promise<TokenServer> {
  const forms: URLSearchParams[] = [];
  const client = { clientId: "monitor", clientSecret: "secret:of/monitor" };
  const pair = `${client.clientId}:${encodeURIComponent(client.clientSecret)}`;
  const known = `Basic ${Buffer.from(pair).toString("base64")}`;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const good = request.headers.authorization === known;
    if (good) forms.push(new URLSearchParams(Buffer.concat(parts).toString()));
    const token = { access_token: unsecuredToken(subject), ...(lifetime && { expires_in: lifetime }) };
    const pair = Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64");
    const refusal = { error: "invalid_client", error_description: `who is it? ${pair}` };
    response.writeHead(good ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(good ? token : refusal));
  });
  // Whoever keeps a connection is seen to.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const connections = promisify(server.getConnections.bind(server));
  return { oauth: { ...client, url }, forms, connections };
}
