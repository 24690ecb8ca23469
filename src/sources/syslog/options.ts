import { z } from "zod";
import { size } from "../../lib/units.ts";

/** A UDP datagram holds no more. */
const LONGEST_DATAGRAM = 65_507;

export const syslogOptions = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe(
      "Address to listen on. Anything but loopback takes messages from the network: whoever reaches it can write logs.",
    ),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(5514)
    .describe("Port; below 1024 only root may listen on most systems. 0 picks a free one."),
  protocols: z
    .array(z.enum(["udp", "tcp"]))
    .min(1)
    .default(["udp", "tcp"])
    .describe("What to listen for: udp, tcp or both."),
  maxMessageBytes: size
    .default(65_536)
    .refine((bytes) => bytes >= 480 && bytes <= 16 * 1024 ** 2, {
      error: "is no length of a message: write a size from 480 to 16MiB",
    })
    .describe(
      `A message longer than this is cut there and marked; the rest of it is skipped. A datagram holds ${LONGEST_DATAGRAM} bytes at most.`,
    ),
  receiveBuffer: size
    .optional()
    .describe(
      "Bytes of datagrams that the system keeps for us while we are busy, like 8MiB; its own default when left out. What does not fit is lost, and counted where the system tells.",
    ),
  maxConnections: z
    .int()
    .min(1)
    .default(256)
    .describe("TCP connections at once; a further one takes the place of one that was quiet for a minute."),
});

export type SyslogOptions = z.output<typeof syslogOptions>;
