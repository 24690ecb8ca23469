import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports systems give to outgoing connections: nobody takes it while a test's server is down. */
const free = { from: 10_240, to: 32_768 };
/** Below those again: no other test's server comes to listen there meanwhile. */
const dead = { from: 7_000, to: 10_000 };

/** A port of the loopback address that nothing listens on, for a server. */
export const freePort = (): Promise<number> => portOf(free);

/** A port of the loopback address that nothing listens on, nor comes to: for a client that is to find nobody there. */
export const deadPort = (): Promise<number> => portOf(dead);

async function portOf({ from, to }: { readonly from: number; readonly to: number }): Promise<number> {
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
