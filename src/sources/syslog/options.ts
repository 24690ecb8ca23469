import { z } from "zod";
import { size } from "../../lib/units.ts";

/** A UDP datagram holds no more. */
const LONGEST_DATAGRAM = 65_507;

/** A file, by its path, or what it holds: text of the form PEM, which a secret may be. */
const pem = z.string().min(1);

const tlsOptions = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(6514)
    .describe("Port for TLS; below 1024 only root may listen on most systems. 0 picks a free one."),
  cert: pem.describe(
    "Certificate that senders are shown, with those between it and its authority: a file (PEM), or its text, like ${secret:NAME}.",
  ),
  key: pem.describe("Its private key: a file (PEM), or its text, like ${secret:NAME}."),
  ca: pem
    .optional()
    .describe(
      "Authority whose certificate each sender must show: a file (PEM), or its text. Left out: anyone may send.",
    ),
});

export type SyslogTls = z.output<typeof tlsOptions>;

export const syslogOptions = z
  .strictObject({
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
      .default(["udp", "tcp"])
      .describe("What to listen for on port: udp, tcp or both; none where there is tls alone."),
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
    senders: z
      .int()
      .min(0)
      .max(10_000)
      .default(1_000)
      .describe(
        "So many addresses of senders, by protocol, have a row and a file of their own, like udp 10.0.0.7; the others are together. 0: all are.",
      ),
    tls: tlsOptions
      .optional()
      .describe("Listens for syslog over TLS (RFC 5425) too, on a port of its own, with this certificate."),
  })
  .superRefine(({ port, protocols, tls }, context) => {
    if (protocols.length === 0 && !tls) {
      const message = "is an empty list: write udp or tcp, or give tls";
      context.addIssue({ code: "custom", path: ["protocols"], message });
    }
    if (tls && tls.port === port && port !== 0 && protocols.includes("tcp")) {
      const message = `tcp listens on ${port} already: choose another port for TLS`;
      context.addIssue({ code: "custom", path: ["tls", "port"], message });
    }
  });

export type SyslogOptions = z.output<typeof syslogOptions>;
