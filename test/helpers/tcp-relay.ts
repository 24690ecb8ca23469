import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpRelay {
  /** Host and port. */
  readonly address: string;
  /** Breaks all connections, and takes none until `mend`. */
  cut(): void;
  mend(): void;
  /** Breaks all connections, and takes none ever after: the port is closed. */
  close(): void;
}

/**
 * A line to a port of this machine that can be cut; it ends with the test.
 * @param join has what comes at either end of a connection go to the other
 */
export async function startTcpRelay(
  t: { after(fn: () => void): void },
  port: number,
  join: (from: Socket, to: Socket) => void = (from, to) => void from.pipe(to).pipe(from),
): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((from) => {
    if (!whole) return void from.destroy();
    const to = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    join(from, to);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  const close = (): void => {
    cut();
    server.close();
  };
  t.after(close);
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend() {
      whole = true;
    },
    close,
  };
}
