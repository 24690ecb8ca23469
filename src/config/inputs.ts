import type { SyslogOptions } from "../sources/syslog/options.ts";
import type { SourceConfig } from "./config.ts";

/** Addresses that mean all of a machine. */
const ALL = ["0.0.0.0", "::"];

/**
 * The sources that would read what one before them reads already and only one can: the standard input, and a port
 * of syslog. Those that are switched off need nothing.
 */
export function sharedInputs(
  sources: Iterable<SourceConfig>,
): { id: string; option: string; message: string }[] {
  const shared: { id: string; option: string; message: string }[] = [];
  const ports: { readonly id: string; readonly options: SyslogOptions }[] = [];
  let stdin: string | undefined;
  for (const { id, type, options, enabled } of sources) {
    if (!enabled) continue;
    if (type === "stdin") {
      if (stdin === undefined) stdin = id;
      else {
        const message = `sources.${stdin} reads the standard input already, and there is one: take one of them out`;
        shared.push({ id, option: "type", message });
      }
    } else if (type === "syslog") {
      const own = options as SyslogOptions;
      const other = ports.find((one) => clash(one.options, own) !== undefined);
      if (!other) ports.push({ id, options: own });
      else {
        const { name, port, option } = clash(other.options, own) ?? { name: "", port: 0, option: "port" };
        const message = `sources.${other.id} listens on ${name} port ${port} already: choose another port`;
        shared.push({ id, option, message });
      }
    }
  }
  return shared;
}

interface Port {
  /** TLS is spoken over TCP. */
  readonly name: "udp" | "tcp";
  readonly port: number;
  readonly option: "port" | "tls";
}

/** Where a source listens; 0 picks a free port for each. */
function portsOf({ port, protocols, tls }: SyslogOptions): Port[] {
  const all: Port[] = protocols.map((name) => ({ name, port, option: "port" }));
  if (tls) all.push({ name: "tcp", port: tls.port, option: "tls" });
  return all.filter((one) => one.port !== 0);
}

/** The port of the second on which the first would listen too. */
function clash(one: SyslogOptions, other: SyslogOptions): Port | undefined {
  const hosts = [one.host, other.host].map((host) => (host === "localhost" ? "127.0.0.1" : host));
  if (hosts[0] !== hosts[1] && !hosts.some((host) => ALL.includes(host))) return undefined;
  return portsOf(other).find(({ name, port }) =>
    portsOf(one).some((taken) => taken.name === name && taken.port === port),
  );
}
