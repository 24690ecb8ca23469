import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../port.ts";
import { type Running, startProcess } from "../process.ts";
import { postUnverified } from "../unverified.ts";
import { obtainEtcd } from "./etcd-build.ts";

export interface EtcdServer {
  /** As in `http://127.0.0.1:2379`. */
  readonly url: string;
  put(key: string, value: string | object): Promise<void>;
  delete(key: string): Promise<void>;
  /** Forgets what was before the present revision. */
  compact(): Promise<void>;
  /** Any call of the JSON gateway. @throws with the server's own words */
  call(path: string, body: object): Promise<Record<string, unknown>>;
  /** Turns authentication on, with the administrator root. */
  enableAuth(password: string): Promise<void>;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Brings it back on the same port with the same data. */
  start(): Promise<void>;
  /** Holds the process: it takes connections and never answers, until `resume` lets it go on. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
  output(): string;
}

interface Member {
  readonly name: string;
  readonly url: string;
  readonly peerUrl: string;
}

/** Files with a certificate and its key (PEM); with `clientCa` it asks its clients for one too. */
interface Tls {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/**
 * Starts a real etcd of one member on the loopback address, which speaks TLS where that is given.
 * @throws with what was tried when there is no etcd to be had
 */
export async function startEtcd({ tls }: { tls?: Tls } = {}): Promise<EtcdServer> {
  const member = await memberOf("one", tls ? "https" : "http");
  const server = launch(await obtainEtcd(), member, [member], tls);
  await server.start();
  return server;
}

/** Starts a cluster of so many members: most of them have to run for it to answer. */
export async function startEtcdCluster(size: number): Promise<EtcdServer[]> {
  const command = await obtainEtcd();
  const members: Member[] = [];
  for (let at = 0; at < size; at++) members.push(await memberOf(`m${at}`, "http"));
  const servers = members.map((member) => launch(command, member, members));
  try {
    await Promise.all(servers.map((server) => server.start()));
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()));
    throw error;
  }
  return servers;
}

async function memberOf(name: string, scheme: "http" | "https"): Promise<Member> {
  const [port, peer] = [await freePort(), await freePort()];
  return { name, url: `${scheme}://127.0.0.1:${port}`, peerUrl: `http://127.0.0.1:${peer}` };
}

function launch(
  command: string,
  { name, url, peerUrl }: Member,
  cluster: readonly Member[],
  tls?: Tls,
): EtcdServer {
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-etcd-"));
  const args = [
    ...["--data-dir", join(folder, "data"), "--name", name, "--log-level", "error"],
    ...["--listen-client-urls", url, "--advertise-client-urls", url],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ...["--initial-cluster", cluster.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(",")],
    // Nobody's data: no need to wait for the disk.
    "--unsafe-no-fsync",
    ...["--bcrypt-cost", "4", "--heartbeat-interval", "50", "--election-timeout", "500"],
    ...(tls ? ["--cert-file", tls.cert, "--key-file", tls.key] : []),
    ...(tls?.clientCa ? ["--trusted-ca-file", tls.clientCa, "--client-cert-auth"] : []),
  ];
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  let child: Running | undefined;
  let token = "";

  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const { status, text } = await post(new URL(path, url), JSON.stringify(body), token, tls);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  return {
    url,
    call,
    async put(key, value) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      await call("/v3/kv/put", { key: base64(key), value: base64(text) });
    },
    async delete(key) {
      await call("/v3/kv/deleterange", { key: base64(key) });
    },
    async compact() {
      const { header } = await call("/v3/kv/range", { key: base64("none") });
      const { revision } = header as { revision: string };
      await call("/v3/kv/compaction", { revision, physical: true });
    },
    async enableAuth(password) {
      await call("/v3/auth/user/add", { name: "root", password });
      await call("/v3/auth/role/add", { name: "root" });
      await call("/v3/auth/user/grant", { user: "root", role: "root" });
      await call("/v3/auth/enable", {});
      const answer = await call("/v3/auth/authenticate", { name: "root", password });
      token = String(answer.token);
    },
    stop: async () => child?.stop(),
    kill9: async () => child?.kill9(),
    async start() {
      const started = startProcess(command, args);
      child = started;
      await started.ready(() => isUp(url, tls !== undefined), 120_000);
    },
    pause: () => child?.signal("SIGSTOP"),
    resume: () => child?.signal("SIGCONT"),
    output: () => child?.output() ?? "",
    async close() {
      await child?.stop();
      remove();
      process.removeListener("exit", remove);
    },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function isUp(url: string, secure: boolean): Promise<boolean> {
  // One that wants certificates of its clients answers nothing here: that it listens has to do.
  if (secure) return post(new URL("/health", url), "", "").then(() => true, handshaken);
  const health = await fetch(`${url}/health`);
  return health.ok && (await health.text()).includes('"true"');
}

const handshaken = (error: NodeJS.ErrnoException): boolean => error.code !== "ECONNREFUSED";

async function post(
  url: URL,
  body: string,
  token: string,
  tls?: Tls,
): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = token ? { authorization: token } : {};
  if (url.protocol === "https:") {
    const own = tls && { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
    return postUnverified(url, body, headers, own);
  }
  const answer = await fetch(url, { method: "POST", body, headers });
  return { status: answer.status, text: await answer.text() };
}
