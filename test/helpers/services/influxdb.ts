import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../port.ts";
import { type Running, startProcess } from "../process.ts";
import { until } from "../until.ts";
import { ask, type Credentials, quoted, type Row, runInfluxql } from "./influx-query.ts";
import { obtainInfluxd } from "./influxd.ts";

export interface InfluxdbOptions {
  /** Turns authentication on, with this administrator. */
  auth?: Credentials;
  /** Created at the start; a name of its own when left out. */
  database?: string;
  /** Where the data is kept; a temporary folder that `close` removes when left out. */
  dataDir?: string;
  port?: number;
  /** Files with a certificate and its key (PEM), to speak TLS. */
  tls?: { readonly cert: string; readonly key: string };
  /** For tests that stop, kill or pause the server: an external one is not taken. */
  own?: boolean;
}

export interface Influxdb {
  /** As in `http://127.0.0.1:8086`, and its port. */
  readonly url: string;
  readonly port: number;
  readonly database: string;
  /** What to sign in with: the option `auth`, or what the address of an external server says. */
  readonly auth: Credentials | undefined;
  /** Whether it has `/api/v2/write`: 1.8 does, Debian's 1.6 does not. */
  readonly v2: boolean;
  /** The sink's option `dsn`: address@user@password@database@precision. */
  dsn(database?: string, precision?: "s" | "ms" | "us" | "ns"): string;
  createDatabase(name: string): Promise<void>;
  /** Runs InfluxQL; times are in nanoseconds. @throws with the server's own words */
  query(influxql: string, database?: string): Promise<Row[]>;
  /** How many points have `field`; without it, how many have the field that most points have. */
  count(measurement: string, options?: { database?: string; field?: string }): Promise<number>;
  /** Ends the server in good order; `start` brings it back on the same port with the same data. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill9(): Promise<void>;
  start(): Promise<void>;
  /** Holds the process: it takes connections and never answers, until `resume` lets it go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Stops the server and removes its temporary folder; drops the database of an external one. */
  close(): Promise<void>;
  /** What the server printed since it was last started. */
  output(): string;
}

/**
 * Starts a real InfluxDB 1.x on the loopback address, or takes the one that LOG_MONITOR_INFLUXDB_URL names
 * (`http://user:password@host:8086`, an administrator) unless the options need one of their own.
 *
 * @throws with what was tried when there is no InfluxDB to be had
 */
export async function startInfluxdb(options: InfluxdbOptions = {}): Promise<Influxdb> {
  const external = process.env.LOG_MONITOR_INFLUXDB_URL;
  const own = options.own || options.tls || options.dataDir !== undefined || options.port !== undefined;
  const database = options.database ?? `test_${process.pid}_${Date.now().toString(36)}`;
  const server = external && !own ? connect(external, options.auth) : await launch(options);
  const { url, auth } = server;

  const query = (influxql: string, db = database) => runInfluxql(url, auth, influxql, db);
  const createDatabase = async (name: string) => {
    await query(`CREATE DATABASE ${quoted(name)}`, "");
  };

  let v2: boolean;
  try {
    await server.start();
    v2 = await hasV2(url);
    if (server.local && auth) {
      const { user, password } = auth;
      await query(
        `CREATE USER ${quoted(user)} WITH PASSWORD ${quoted(password, "'")} WITH ALL PRIVILEGES`,
        "",
      );
    }
    await createDatabase(database);
  } catch (error) {
    await server.close();
    throw error;
  }

  return {
    ...server,
    database,
    v2,
    port: Number(new URL(url).port) || (url.startsWith("https:") ? 443 : 80),
    dsn: (name = database, precision = "s") =>
      [url, auth?.user ?? "", auth?.password ?? "", name, precision].join("@"),
    createDatabase,
    query,
    async count(measurement, { database: name = database, field = "*" } = {}) {
      const counted = field === "*" ? "*" : quoted(field);
      const [row = {}] = await query(`SELECT COUNT(${counted}) FROM ${quoted(measurement)}`, name);
      const counts = Object.entries(row).filter(([column]) => column !== "time");
      return Math.max(0, ...counts.map(([, count]) => Number(count)));
    },
    async close() {
      if (!server.local) await query(`DROP DATABASE ${quoted(database)}`, "");
      await server.close();
    },
  };
}

interface Server
  extends Pick<Influxdb, "url" | "auth" | "stop" | "kill9" | "start" | "pause" | "resume" | "output"> {
  readonly local: boolean;
  close(): Promise<void>;
}

/** A server that is not ours: it can be spoken to, and nothing else. */
function connect(address: string, given: Credentials | undefined): Server {
  const { origin, username, password } = new URL(address);
  const auth = username
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : given;
  const refuse = (): never => {
    throw new Error("the InfluxDB of LOG_MONITOR_INFLUXDB_URL is not ours: start one with the option `own`");
  };
  return {
    url: origin,
    auth,
    local: false,
    async start() {
      await until(() => fetch(`${origin}/ping`).then(({ ok }) => ok), { what: `${origin}/ping` });
    },
    stop: async () => refuse(),
    kill9: async () => refuse(),
    pause: async () => refuse(),
    resume: async () => refuse(),
    output: () => "",
    close: async () => {},
  };
}

async function launch(options: InfluxdbOptions): Promise<Server> {
  const command = await obtainInfluxd();
  const port = options.port ?? (await freePort());
  const url = `${options.tls ? "https" : "http"}://127.0.0.1:${port}`;
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), "log-monitor-influxdb-"));
  const remove = () => {
    if (options.dataDir === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.removeListener("exit", remove);
  };
  process.once("exit", remove);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "influxdb.conf");
  writeFileSync(config, configuration(folder, port, options));
  let child: Running | undefined;

  return {
    url,
    auth: options.auth,
    local: true,
    async start() {
      if (child?.running()) return;
      const started = startProcess(command, ["-config", config]);
      child = started;
      await started.ready(() => answers(url));
    },
    stop: async () => child?.stop(),
    kill9: async () => child?.kill9(),
    async pause() {
      child?.signal("SIGSTOP");
      // The signal is sent now and felt later.
      await until(
        () =>
          answers(url, 100).then(
            (answered) => !answered,
            () => true,
          ),
        { what: "the pause" },
      );
    },
    async resume() {
      child?.signal("SIGCONT");
      await until(() => answers(url), { what: `${url}/ping` });
    },
    output: () => child?.output() ?? "",
    async close() {
      await child?.stop();
      remove();
    },
  };
}

/**
 * True when `GET /ping` is answered with 204 within `timeout` milliseconds. Each has a connection of its own:
 * InfluxDB takes 4 s to shut down when one that was never used is kept open.
 */
async function answers(url: string, timeout = 2000): Promise<boolean> {
  const options = { agent: false, signal: AbortSignal.timeout(timeout), rejectUnauthorized: false };
  const request = (url.startsWith("https:") ? getSecurely : get)(`${url}/ping`, options);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode === 204;
}

/** 1.8 answers 404 as well, about the bucket; only a server that lacks the path has no JSON to say. */
async function hasV2(url: string): Promise<boolean> {
  const { text } = await ask(`${url}/api/v2/write`, {});
  return !text.startsWith("404 page not found");
}

/** What differs from the defaults; strings of TOML are those of JSON. */
function configuration(folder: string, port: number, { auth, tls }: InfluxdbOptions): string {
  const secure = tls && {
    "https-enabled": true,
    "https-certificate": tls.cert,
    "https-private-key": tls.key,
  };
  const more = Object.entries(secure ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
  const path = (name: string) => JSON.stringify(join(folder, name));
  return `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = ${path("meta")}
[data]
dir = ${path("data")}
wal-dir = ${path("wal")}
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = ${auth !== undefined}
log-enabled = false
${more.join("")}`;
}
