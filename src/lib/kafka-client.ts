import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ConnectionOptions } from "node:tls";
import type { KafkaConfig, LogEntry, SASLOptions } from "kafkajs";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { createTokens, oauthOptions } from "./kafka-oauth.ts";
import type { Log } from "./log.ts";

/** Options that say how to reach brokers: the same for what writes to them and what reads from them. */
export const clientShape = {
  brokers: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((brokers) => (typeof brokers === "string" ? brokers.split(/\s*,\s*/) : brokers))
    .describe("Addresses of one broker or several: 127.0.0.1:9092. The others are found through them."),
  clientId: z.string().min(1).default("log-monitor").describe("Name that brokers know this client by."),
  user: z.string().optional().describe("User, for SASL."),
  password: z
    .string()
    .optional()
    .describe("Password, for SASL; take it from the environment: ${env:KAFKA_PASSWORD}."),
  token: z.string().optional().describe("Bearer token, for SASL OAUTHBEARER."),
  oauth: oauthOptions
    .optional()
    .describe(
      "For SASL OAUTHBEARER, in place of token: where tokens come from, by the id and the secret of a client; each is asked for anew before it ends.",
    ),
  sasl: z
    .enum(["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"])
    .optional()
    .describe("How to sign in. Left out: not at all."),
  tls: z.boolean().default(false).describe("Speak TLS to the brokers."),
  ca: z.string().optional().describe("With tls: file with the certificates (PEM) that sign the brokers'."),
  cert: z.string().optional().describe("With tls: file with the client's certificate (PEM)."),
  keyFile: z.string().optional().describe("With tls: file with the key (PEM) of the client's certificate."),
  verify: z
    .boolean()
    .default(true)
    .describe("False takes any certificate: whoever is on the way can read and change what is sent."),
  timeout: z.int().min(100).default(30_000).describe("How long a request may take, in ms."),
};

const clientOptions = z.object(clientShape);
export type ClientOptions = z.output<typeof clientOptions>;

/** What single options can't tell: to be called while a schema that holds them is refined. */
export function checkClient(options: ClientOptions, context: z.RefinementCtx): void {
  const refuse = (message: string, path: string): void =>
    context.addIssue({ code: "custom", message, path: [path] });
  const { sasl, user, password, token, oauth, tls } = options;
  for (const broker of options.brokers) {
    // The client takes what stands before the first colon for the host.
    if (/^\[|^[\da-f.]*(:[\da-f.]*){2,}$/i.test(broker))
      refuse(`"${broker}": write a name in place of an IPv6 address, like localhost:9092`, "brokers");
    else if (!/^[^\s:/]+:\d{1,5}$/.test(broker))
      refuse(`"${broker}" is no address of a broker: write it like 127.0.0.1:9092`, "brokers");
  }
  if (sasl === "oauthbearer") {
    if (token === undefined && oauth === undefined) refuse("sasl oauthbearer needs token or oauth", "sasl");
    if (token !== undefined && oauth !== undefined) refuse("give either token or oauth, not both", "oauth");
  } else if (sasl !== undefined) {
    if (user === undefined || password === undefined) refuse(`sasl ${sasl} needs user and password`, "sasl");
  } else if ([user, password, token, oauth].some((given) => given !== undefined)) {
    refuse("say with sasl how to sign in: plain, scram-sha-256, scram-sha-512 or oauthbearer", "sasl");
  }
  for (const key of ["ca", "cert", "keyFile"] as const) {
    if (options[key] !== undefined && !tls) refuse("goes with tls: true", key);
  }
  if ((options.cert === undefined) !== (options.keyFile === undefined)) {
    refuse("cert and keyFile go together", options.cert === undefined ? "keyFile" : "cert");
  }
}

/** What the client says of someone who takes connections, and answers nothing. */
const SILENCE = /^(Broker not connected|Connection timeout|Request .* timed out)/;

/** What to do about a failure of the client, if it is that nobody answers. @param said the message of the failure */
export function silenceRemedy(said: string): string | undefined {
  return SILENCE.test(said)
    ? "nothing answers there in time: see that a broker runs there and keeps up, or correct brokers and tls"
    : undefined;
}

/** What kafkajs is given, and what is to be closed with its client. */
export interface ClientSetup {
  readonly config: KafkaConfig & { logLevel: number };
  /** Lets go of the connections by which tokens are asked for. */
  close(): void;
}

/**
 * What kafkajs is given.
 * @param baseDir relative files are taken from here
 * @throws UserError naming the setting when a certificate's file can't be read
 */
export async function setUpClient(options: ClientOptions, baseDir: string, log: Log): Promise<ClientSetup> {
  const { brokers, clientId, timeout } = options;
  const ssl = options.tls ? await tlsOf(options, baseDir) : undefined;
  const { sasl, close } = await saslOf(options, baseDir);
  const config = {
    brokers,
    clientId,
    connectionTimeout: Math.min(timeout, 10_000),
    authenticationTimeout: timeout,
    requestTimeout: timeout,
    // logLevel.WARN: what is worse is in the errors that are thrown.
    logLevel: 2,
    logCreator: () => (entry: LogEntry) => log.debug(`kafka: ${entry.log.message}`),
    ...(ssl && { ssl }),
    ...(sasl && { sasl }),
  };
  return { config, close };
}

async function saslOf(
  options: ClientOptions,
  baseDir: string,
): Promise<{ readonly sasl?: SASLOptions; close(): void }> {
  const { sasl, user = "", password = "", token = "", oauth, timeout } = options;
  const close = (): void => {};
  if (sasl === undefined) return { close };
  if (sasl !== "oauthbearer") return { sasl: { mechanism: sasl, username: user, password }, close };
  if (!oauth)
    return { sasl: { mechanism: sasl, oauthBearerProvider: async () => ({ value: token }) }, close };
  const tokens = createTokens(oauth, { timeout, ca: await pem("ca of oauth", oauth.ca, baseDir) });
  const oauthBearerProvider = async () => ({ value: await tokens.next() });
  return { sasl: { mechanism: sasl, oauthBearerProvider }, close: tokens.close };
}

async function tlsOf(options: ClientOptions, baseDir: string): Promise<ConnectionOptions> {
  const ca = await pem("ca", options.ca, baseDir);
  const cert = await pem("cert", options.cert, baseDir);
  const key = await pem("keyFile", options.keyFile, baseDir);
  return {
    rejectUnauthorized: options.verify,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

async function pem(setting: string, file: string | undefined, baseDir: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const path = resolve(baseDir, file);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UserError(`the file of ${setting} can't be read: ${path}`, { cause: error });
  }
}
