import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { setImmediate } from "node:timers/promises";
import { counted } from "../../lib/counted.ts";
import { systemDrops } from "./drops.ts";
import { messageOf } from "./framing.ts";
import type { Listening, Socket } from "./listener.ts";

/** Before the end so many times what has come meanwhile is read. */
const LAST_LOOKS = 100;
/** The system's count of lost datagrams is looked at so often (ms). */
const LOOK = 5_000;

/** Listens for datagrams, each of which is a message (RFC 5426). @throws what the system says */
export async function openUdp({ options, context, messages, fail }: Listening): Promise<Socket> {
  const { host, port, receiveBuffer, maxMessageBytes } = options;
  let small: string | undefined;
  /** Lost for want of room with us, and with the system. */
  let given = 0;
  let system = 0;
  let told = 0;
  let heard = 0;
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", reuseAddr: false });
  socket.on("message", (datagram, { address }) => {
    heard++;
    const message = messageOf(datagram, maxMessageBytes);
    if (message.bytes.length === 0) return;
    if (messages().full) given++;
    else messages().add(message, address);
  });
  socket.bind({ address: host, port, exclusive: true });
  try {
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on("error", fail);
  const bound = socket.address();
  const tell = (): void => {
    const dropped = given + system;
    if (dropped === told) return;
    told = dropped;
    context.log.warn(
      `source ${context.id}: ${counted(dropped, "datagram")} were lost so far: ${system} as the system's buffer was full (a larger receiveBuffer helps), ${given} as sinks or the disk were too slow`,
    );
    context.changed();
  };

  const look = async (): Promise<void> => {
    system = (await systemDrops(bound.address, bound.port)) ?? system;
    tell();
  };
  const timer = setInterval(() => void look(), LOOK);

  if (receiveBuffer !== undefined) {
    socket.setRecvBufferSize(receiveBuffer);
    // Linux doubles what it is asked for, and tells the double.
    const got = socket.getRecvBufferSize() / (process.platform === "linux" ? 2 : 1);
    if (got < receiveBuffer) {
      small = `receiveBuffer: the system gives ${got} bytes of ${receiveBuffer}: raise its limit (Linux: sysctl net.core.rmem_max)`;
      context.log.warn(`source ${context.id}: ${small}`);
    }
  }

  return {
    address: bound.address,
    port: bound.port,
    get dropped() {
      return given + system;
    },
    get trouble() {
      return given + system > 0 ? `${counted(given + system, "datagram")} lost` : small;
    },
    async close() {
      clearInterval(timer);
      await look();
      for (let looks = 0, before = -1; looks < LAST_LOOKS && heard !== before; looks++) {
        before = heard;
        await setImmediate();
      }
      const closed = once(socket, "close");
      socket.close();
      await closed.catch(() => {});
    },
  };
}
