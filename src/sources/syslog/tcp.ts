import { once } from "node:events";
import { type Socket as Connection, createServer, type Server } from "node:net";
import { counted } from "../../lib/counted.ts";
import { createThrottle } from "../../lib/throttle.ts";
import { drink } from "../stream/drink.ts";
import { createFraming } from "./framing.ts";
import type { Listening, Socket } from "./listener.ts";

/** Whoever says nothing for so long (ms) makes place where there is none. */
const QUIET = 60_000;
/** Peers that are gone without a word are noticed after about so long (ms). */
const KEEP_ALIVE = 60_000;
const TELL_EVERY = 60_000;

interface Client {
  readonly connection: Connection;
  /** When something came from it, as `performance.now()`. */
  heard: number;
  done: Promise<void>;
}

/** Takes connections, each of which is framed for itself (RFC 6587). @throws what the system says */
export function openTcp(listening: Listening): Promise<Socket> {
  return openConnections(listening, listening.options.port, (take) => createServer(take));
}

/**
 * The same for connections of whatever kind.
 * @param serve makes what listens, which gives each connection to `take`
 */
export async function openConnections(
  { options, context, messages, fail }: Listening,
  port: number,
  serve: (take: (connection: Connection) => void) => Server,
): Promise<Socket> {
  const { host, maxMessageBytes, maxConnections } = options;
  const clients = new Set<Client>();
  const closing = new AbortController();
  let refused = 0;

  const tell = createThrottle(() => {
    context.log.warn(
      `source ${context.id}: ${counted(refused, "connection")} refused so far, as maxConnections (${maxConnections}) are open`,
    );
    context.changed();
  }, TELL_EVERY);

  /** Who has been quiet the longest, and for long enough. */
  const quietest = (): Client | undefined => {
    const [first] = [...clients].sort((one, other) => one.heard - other.heard);
    return first && performance.now() - first.heard >= QUIET ? first : undefined;
  };

  const read = async (client: Client): Promise<void> => {
    const framing = createFraming(maxMessageBytes);
    const { remoteAddress: sender = "?" } = client.connection;
    await drink(
      client.connection,
      {
        wait: () => messages().wait(),
        take(bytes) {
          client.heard = performance.now();
          for (const message of framing.push(bytes)) messages().add(message, sender);
        },
      },
      new AbortController().signal,
      closing.signal,
    );
    for (const message of framing.end()) messages().add(message, sender);
    client.connection.destroy();
    clients.delete(client);
  };

  const server = serve((connection) => {
    connection.on("error", () => {});
    if (clients.size >= maxConnections) {
      const other = quietest();
      if (!other) {
        refused++;
        tell.request();
        connection.destroy();
        return;
      }
      clients.delete(other);
      other.connection.destroy();
    }
    connection.setKeepAlive(true, KEEP_ALIVE);
    const client: Client = { connection, heard: performance.now(), done: Promise.resolve() };
    clients.add(client);
    client.done = read(client).catch(context.fail);
  });
  server.listen({ host, port, exclusive: true });
  await once(server, "listening");
  server.on("error", fail);
  const bound = server.address();

  return {
    address: typeof bound === "object" && bound ? bound.address : host,
    port: typeof bound === "object" && bound ? bound.port : port,
    get trouble() {
      return refused > 0
        ? `${counted(refused, "connection")} refused (maxConnections: ${maxConnections})`
        : undefined;
    },
    async close() {
      tell.dispose();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closing.abort();
      await Promise.all([...clients].map(({ done }) => done));
      await closed;
    },
  };
}
