import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports systems give to outgoing connections: nobody takes it while a test's server is down. */
const from = 10_240;
const to = 32_768;

/** A port of the loopback address that nothing listens on. */
export async function freePort(): Promise<number> {
  let last: unknown;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(from, to);
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
