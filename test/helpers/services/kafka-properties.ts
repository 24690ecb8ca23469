import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Certificates of the tests: an authority, and one that it signed for 127.0.0.1, for either side of a connection. */
const CERTIFICATES = join(import.meta.dirname, "../../cases/tls");

/** Where a broker listens: in the clear for all, and if it is secured for those that sign in or show a certificate. */
export interface Ports {
  readonly open: number;
  readonly controller: number;
  readonly sasl: number;
  readonly tls: number;
}

/** Whom a secured broker lets in on its listener for SASL, in any of the ways that there are. */
export interface KafkaUser {
  readonly user: string;
  readonly password: string;
}

/** Writes server.properties and what they point to into a folder, and returns the file. */
export function writeProperties(
  folder: string,
  ports: Ports,
  user: KafkaUser | undefined,
  settings: Readonly<Record<string, string | number>> = {},
): string {
  const listeners = {
    OPEN: ["PLAINTEXT", ports.open],
    ...(user && { SASL: ["SASL_PLAINTEXT", ports.sasl], TLS: ["SSL", ports.tls] }),
  };
  const addresses = Object.entries(listeners).map(([name, [, port]]) => `${name}://127.0.0.1:${port}`);
  const controller = `CONTROLLER://127.0.0.1:${ports.controller}`;
  const protocols = Object.entries(listeners).map(([name, [protocol]]) => `${name}:${protocol}`);
  const lines = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${ports.controller}`,
    listeners: [...addresses, controller].join(","),
    "advertised.listeners": addresses.join(","),
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "OPEN",
    "listener.security.protocol.map": ["CONTROLLER:PLAINTEXT", ...protocols].join(","),
    "log.dirs": join(folder, "data"),
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "num.partitions": 1,
    "num.network.threads": 2,
    "num.io.threads": 2,
    "num.replica.fetchers": 1,
    "background.threads": 2,
    "log.cleaner.enable": "false",
    // Times in tests are old: half a minute after its start, and each five, the broker would delete such messages.
    "log.retention.ms": -1,
    // A broker that was killed is let in again when its session has ended (9 s, else).
    "broker.session.timeout.ms": 4_000,
    "broker.heartbeat.interval.ms": 500,
    ...(user && secured(folder, user)),
    ...settings,
  };
  const file = join(folder, "server.properties");
  writeFileSync(
    file,
    Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  return file;
}

/** What `format` is told of the users whom SCRAM knows. */
export function scramUsers({ user, password }: KafkaUser): string[] {
  return ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((way) => [
    "--add-scram",
    `${way}=[name=${user},password=${password}]`,
  ]);
}

function secured(folder: string, { user, password }: KafkaUser): Record<string, string> {
  const store = join(folder, "server.pem");
  writeFileSync(
    store,
    ["server.key", "server.pem"].map((name) => readFileSync(join(CERTIFICATES, name), "utf8")).join(""),
  );
  const modules = "org.apache.kafka.common.security";
  const scram = `${modules}.scram.ScramLoginModule required;`;
  const sasl = "listener.name.sasl";
  const tls = "listener.name.tls.ssl";
  return {
    [`${sasl}.sasl.enabled.mechanisms`]: "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
    [`${sasl}.plain.sasl.jaas.config`]: `${modules}.plain.PlainLoginModule required user_${user}="${password}";`,
    [`${sasl}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${sasl}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${sasl}.oauthbearer.sasl.jaas.config`]: `${modules}.oauthbearer.OAuthBearerLoginModule required;`,
    [`${tls}.keystore.type`]: "PEM",
    [`${tls}.keystore.location`]: store,
    [`${tls}.truststore.type`]: "PEM",
    [`${tls}.truststore.location`]: join(CERTIFICATES, "ca.pem"),
    [`${tls}.client.auth`]: "required",
  };
}
