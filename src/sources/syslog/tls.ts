import { readFile } from "node:fs/promises";
import type { Socket as Raw } from "node:net";
import { createSecureContext, createServer, type SecureContextOptions } from "node:tls";
import { reasonOf, UserError } from "../../errors.ts";
import { counted } from "../../lib/counted.ts";
import { createThrottle } from "../../lib/throttle.ts";
import type { Listening, Socket } from "./listener.ts";
import type { SyslogTls } from "./options.ts";
import { openConnections } from "./tcp.ts";

/** Who has not agreed on a key within so long (ms) is let go of. */
const HANDSHAKE = 10_000;
const TELL_EVERY = 60_000;

/** Whether an option holds what it is about, in place of a file's path. */
export const isPem = (text: string): boolean => text.trimStart().startsWith("-----BEGIN ");

/** Takes connections over TLS (RFC 5425). @throws UserError for files that can't be used; what the system says */
export async function openTls(listening: Listening): Promise<Socket> {
  const { options, context } = listening;
  if (!options.tls) throw new UserError("tls: is missing");
  const files = await filesOf(options.tls);
  /** Connections that have not agreed on a key yet. */
  const raw = new Set<Raw>();
  let failed = 0;
  let last = "";
  const told = (): string => `${counted(failed, "connection")} failed to agree on TLS, the last: ${last}`;
  const tell = createThrottle(() => {
    context.log.warn(`source ${context.id}: ${told()}`);
    context.changed();
  }, TELL_EVERY);

  const opened = await openConnections(listening, options.tls.port, (take) => {
    const server = createServer({
      ...files,
      handshakeTimeout: HANDSHAKE,
      minVersion: "TLSv1.2",
      ...(files.ca !== undefined && { requestCert: true, rejectUnauthorized: true }),
    });
    server.maxConnections = 2 * options.maxConnections;
    server.on("connection", (socket: Raw) => {
      raw.add(socket);
      socket.once("close", () => raw.delete(socket));
    });
    server.on("secureConnection", (connection) => {
      const { remoteAddress, remotePort } = connection;
      for (const one of raw)
        if (one.remotePort === remotePort && one.remoteAddress === remoteAddress) raw.delete(one);
      take(connection);
    });
    server.on("tlsClientError", (error, socket) => {
      failed++;
      last = `${socket.remoteAddress ?? "?"}: ${reasonOf(error)}`;
      socket.destroy();
      tell.request();
    });
    return server;
  });

  return {
    address: opened.address,
    port: opened.port,
    get trouble() {
      return opened.trouble ?? (failed > 0 ? told() : undefined);
    },
    async close() {
      tell.dispose();
      for (const one of raw) one.destroy();
      await opened.close();
    },
  };
}

/** What of the certificate and its key can't be used, and why; undefined: nothing. */
export async function cannotSecure(tls: SyslogTls): Promise<string | undefined> {
  try {
    await filesOf(tls);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** @throws UserError naming the option */
async function filesOf({ cert, key, ca }: SyslogTls): Promise<SecureContextOptions> {
  const files = {
    cert: await read("cert", cert),
    key: await read("key", key),
    ...(ca !== undefined && { ca: await read("ca", ca) }),
  };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new UserError("tls: cert, key and ca can't be used together: give PEM files that belong together", {
      cause: error,
    });
  }
  return files;
}

async function read(option: string, text: string): Promise<string> {
  if (isPem(text)) return text;
  try {
    return await readFile(text, "utf8");
  } catch (error) {
    throw new UserError(`tls.${option}: the file can't be read: ${text}`, { cause: error });
  }
}
