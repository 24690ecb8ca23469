import { isIP } from "node:net";
import { resolve } from "node:path";
import type { SourceState } from "../model.ts";
import type { Source, SourceContext, SourceDefinition } from "./source.ts";
import { createGate } from "./stream/gate.ts";
import { endOldLives } from "./stream/life.ts";
import { createListener } from "./syslog/listener.ts";
import { type SyslogOptions, type SyslogTls, syslogOptions } from "./syslog/options.ts";
import { openTcp } from "./syslog/tcp.ts";
import { cannotSecure, isPem, openTls } from "./syslog/tls.ts";
import { openUdp } from "./syslog/udp.ts";

/** Takes syslog messages over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425). */
export const syslogSource: SourceDefinition<typeof syslogOptions> = {
  type: "syslog",
  options: syslogOptions,
  parser: "syslog",
  doubts({ host }) {
    if (isLoopback(host)) return [];
    const message = `takes messages from the network at ${host}: whoever reaches this port can write logs; leave it out to listen on loopback only`;
    return [{ option: "host", message }];
  },
  resolve: ({ tls, ...options }, baseDir) => ({ ...options, ...(tls && { tls: absolute(tls, baseDir) }) }),
  async check({ tls }) {
    const fault = tls && (await cannotSecure(tls));
    return fault === undefined ? [] : [{ severity: "error", option: "tls", message: fault }];
  },
  create: createSyslogSource,
};

function absolute({ port, ...files }: SyslogTls, baseDir: string): SyslogTls {
  const place = (text: string): string => (isPem(text) ? text : resolve(baseDir, text));
  const { cert, key, ca } = files;
  return { port, cert: place(cert), key: place(key), ...(ca !== undefined && { ca: place(ca) }) };
}

function createSyslogSource(options: SyslogOptions, context: SourceContext): Source {
  const gate = createGate(context.room);
  const opens = { udp: openUdp, tcp: openTcp, tls: openTls };
  const protocols = [...new Set(options.protocols), ...(options.tls ? (["tls"] as const) : [])];
  const listeners = protocols.map((protocol) =>
    createListener(protocol, options, context, gate, opens[protocol]),
  );

  const state = (): { state: SourceState; reason?: string } => {
    const works = listeners.some((one) => one.state === "watching" || one.state === "paused");
    const [first] = listeners.map(({ reason }) => reason).filter((reason) => reason !== undefined);
    const some = gate.paused ? "paused" : works ? "watching" : (listeners[0]?.state ?? "starting");
    return { state: some, ...(first !== undefined && { reason: first }) };
  };

  return {
    async start() {
      endOldLives(context);
      if (context.multiline)
        context.log.warn(`source ${context.id}: multiline does nothing here, as each message is one record`);
      await Promise.all(listeners.map((one) => one.start()));
    },
    async stop() {
      gate.open();
      await Promise.all(listeners.map((one) => one.stop()));
    },
    pause: gate.pause,
    resume: gate.resume,
    async drain() {
      await Promise.all(listeners.map((one) => one.drain()));
    },
    state,
    files: () => listeners.flatMap((one) => one.rows()),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
