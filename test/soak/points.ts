import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Account } from "./account.ts";

const NEWLINE = 10;
const INTEGER = 105;
const ZERO = 48;
/** What every point begins with: measurement, the tag of one letter, and the field's name. */
const NUMBER_AT = "m,log=a n=".length;
/** The last digits of the nanoseconds tell a replay of a point from another point. */
const MARK_DIGITS = 9;

/** An HTTP server that takes the points of the soak and notes the line of each. */
export async function startPoints(account: Account): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      noteAll(Buffer.concat(chunks), account);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function noteAll(body: Buffer, account: Account): void {
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf(NEWLINE, start);
    const end = found < 0 ? body.length : found;
    let at = start + NUMBER_AT;
    let number = 0;
    for (; body[at] !== INTEGER && at < end; at++) number = number * 10 + (body[at] ?? 0) - ZERO;
    let mark = 0;
    for (at = end - MARK_DIGITS; at < end; at++) mark = mark * 10 + (body[at] ?? 0) - ZERO;
    // A comment is a check of the server.
    if (body[start] === "m".charCodeAt(0)) account.note(number, mark + 1);
    start = end + 1;
  }
}
