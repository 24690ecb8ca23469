import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Tunnel {
  /** The server behind, by another port. */
  readonly url: string;
  /** Breaks all connections and closes the port. */
  close(): void;
}

/** Another way to the server at `target`, byte for byte; it is closed when the test ends. */
export async function startTunnel(t: { after(fn: () => void): void }, target: string): Promise<Tunnel> {
  const { protocol, hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.close();
    for (const one of open) one.destroy();
  };
  t.after(close);
  return { url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
