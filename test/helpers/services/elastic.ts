import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { createHttp } from "../../../src/lib/http.ts";
import { freePort } from "../port.ts";
import { type Running, startProcess } from "../process.ts";
import { until } from "../until.ts";
import { type ElasticRelease, RELEASES, type Release } from "./elastic-releases.ts";
import { authority, writeUsers } from "./elastic-users.ts";
import { fromMaven, javaHome, modernJavaHome, SHORT_LIVED, STARTING } from "./maven.ts";

const minutes = 60_000;
const run = promisify(execFile);
/** The user `nobody` of most systems: both servers refuse to run as root. */
const NOBODY = 65_534;

/** What the servers' own start scripts give Java, but for the heap and the tuning: they start five Javas before the one. */
const JAVA = [
  "-Xss1m",
  "-Djava.awt.headless=true",
  "-Dfile.encoding=UTF-8",
  "-Djna.nosys=true",
  "-Dio.netty.noUnsafe=true",
  "-Dio.netty.noKeySetOptimization=true",
  "-Dio.netty.recycler.maxCapacityPerThread=0",
  "-Dio.netty.allocator.numDirectArenas=0",
  "-Dlog4j.shutdownHookEnabled=false",
  "-Dlog4j2.disable.jmx=true",
  "-Djava.locale.providers=SPI,COMPAT",
  "--add-opens=java.base/java.io=ALL-UNNAMED",
];
export type ElasticKind = Release["kind"];

export interface Elastic {
  readonly kind: ElasticKind;
  readonly url: string;
  /** The certificates that sign its own (a file, PEM), if it speaks TLS. */
  readonly ca: string | undefined;
  /** A request with a JSON body; the answer's JSON. @throws with the answer when it is no success */
  ask(method: string, path: string, body?: unknown, authorization?: string): Promise<Record<string, unknown>>;
  /** All documents of an index pattern, by `_id`, after a refresh. */
  documents(index: string): Promise<Map<string, Record<string, unknown>>>;
  /** Of the server's process as it runs now. */
  readonly pid: number;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a real Elasticsearch or OpenSearch on the loopback address.
 * @param secure with users and TLS, where the distribution has them
 * @throws with what was tried when there is none
 */
export async function startElastic(release: ElasticRelease, secure = false): Promise<Elastic> {
  const given: Release = RELEASES[release];
  const { kind, settings: plain, secured } = given;
  const tls = secure && secured !== undefined;
  const home = await (tls ? obtainSecured(given) : obtain(given));
  const ca = tls ? authority : undefined;
  const java = await (given.modern ? modernJavaHome() : javaHome());
  const [port, transport] = [await freePort(), await freePort()];
  const url = `http${tls ? "s" : ""}://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), `log-monitor-${release}-`));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.removeListener("exit", remove);
  };
  process.once("exit", remove);
  cpSync(join(home, "config"), join(folder, "config"), { recursive: true });
  if (tls) writeUsers(given, home, join(folder, "config"));
  for (const name of ["data", "logs", "tmp"]) mkdirSync(join(folder, name));
  chmodSync(folder, 0o755);
  const root = process.getuid?.() === 0;
  if (root) await run("chown", ["-R", `${NOBODY}:${NOBODY}`, folder]);
  const settings = {
    "http.port": port,
    "transport.port": transport,
    "network.host": "127.0.0.1",
    "discovery.type": "single-node",
    "path.data": join(folder, "data"),
    "path.logs": join(folder, "logs"),
    "cluster.routing.allocation.disk.threshold_enabled": false,
    "logger.level": "WARN",
    ...(tls ? secured : plain),
  };
  let child: Running | undefined;

  const http = createHttp({ name: kind, timeout: 60_000, ca: ca && readFileSync(ca, "utf8") });
  const answers = async (): Promise<boolean> => {
    const answer = await http.send("GET", new URL(`${url}/_cluster/health`)).catch(() => undefined);
    if (answer?.status === 200) return true;
    await delay(100);
    return false;
  };

  const ask: Elastic["ask"] = async (method, path, body, authorization) => {
    const { status, text } = await http.send(
      method,
      new URL(url + path),
      body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      { "content-type": "application/json", ...(authorization && { authorization }) },
    );
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as Record<string, unknown>;
  };

  const start = async (): Promise<void> => {
    if (child?.running()) return;
    const args = Object.entries(settings).flatMap(([name, value]) => ["-E", `${name}=${value}`]);
    const started = startProcess(...commandOf(given, { home, folder, java, args }), {
      cwd: folder,
      env: environmentOf(given, folder, java),
      ...(root && { uid: NOBODY, gid: NOBODY }),
    });
    child = started;
    await started.ready(answers, STARTING);
  };
  try {
    await start();
  } catch (error) {
    await child?.stop();
    remove();
    throw error;
  }

  return {
    kind,
    url,
    ca,
    ask,
    start,
    get pid() {
      return child?.pid ?? 0;
    },
    async documents(index) {
      const found = new Map<string, Record<string, unknown>>();
      await ask("POST", `/${index}/_refresh`);
      let page = await ask("POST", `/${index}/_search?scroll=1m`, { size: 5_000, sort: ["_doc"] });
      for (;;) {
        const { hits } = page.hits as { hits: { _id: string; _source: Record<string, unknown> }[] };
        for (const { _id, _source } of hits) found.set(_id, _source);
        if (hits.length === 0) return found;
        page = await ask("POST", "/_search/scroll", { scroll: "1m", scroll_id: page._scroll_id });
      }
    },
    stop: async () => child?.stop(30_000),
    kill9: async () => child?.kill9(),
    async close() {
      await child?.kill9();
      http.close();
      remove();
    },
  };
}

/** A class is told all here; a script, which starts one Java to start another, reads it from the folder. */
function commandOf(
  { kind, main, java: more = () => [] }: Release,
  { home, folder, java, args }: { home: string; folder: string; java: string; args: string[] },
): [command: string, args: string[]] {
  const options = [...SHORT_LIVED, ...more(home), `-Djava.io.tmpdir=${join(folder, "tmp")}`];
  if (main === undefined) {
    writeFileSync(join(folder, "config", "jvm.options"), options.map((option) => `${option}\n`).join(""));
    return [join(home, "bin", kind), args];
  }
  const property = kind === "elasticsearch" ? "es" : "opensearch";
  const own = {
    "path.home": home,
    "path.conf": join(folder, "config"),
    "distribution.flavor": "default",
    "distribution.type": "zip",
    bundled_jdk: "false",
  };
  return [
    join(java, "bin", "java"),
    [
      ...options,
      ...JAVA,
      ...Object.entries(own).map(([name, value]) => `-D${property}.${name}=${value}`),
      "-cp",
      join(home, "lib", "*"),
      main,
      ...args,
    ],
  ];
}

function environmentOf({ main }: Release, folder: string, java: string): NodeJS.ProcessEnv {
  const tmp = join(folder, "tmp");
  const common = { ES_TMPDIR: tmp, OPENSEARCH_TMPDIR: tmp, LIBFFI_TMPDIR: tmp };
  if (main !== undefined) return common;
  return { ...common, ES_JAVA_HOME: java, ES_PATH_CONF: join(folder, "config"), ES_JAVA_OPTS: "" };
}

/** The folder of an unpacked distribution: what the variable names, else Maven's copy in `.cache/`, got once. */
async function obtain({ kind, variable, artifact, folder }: Release): Promise<string> {
  const named = variable && process.env[variable];
  if (named) {
    if (existsSync(join(named, "bin", kind))) return named;
    throw new Error(`${variable} names ${named}, which holds no bin/${kind}`);
  }
  try {
    return await fromMaven(folder, async (fresh, maven) => {
      await maven("dependency:copy", `-Dartifact=${artifact}`, `-DoutputDirectory=${fresh}`);
      await run("jar", ["xf", join(fresh, `${folder}.zip`)], { cwd: fresh, timeout: minutes });
      const unpacked = join(fresh, folder);
      await run("chmod", ["-R", "a+rX", unpacked]);
      await run("chmod", ["-R", "a+x", join(unpacked, "bin")]);
      if (process.getuid?.() === 0) await run("chown", ["-R", `${NOBODY}:${NOBODY}`, unpacked]);
      return unpacked;
    });
  } catch (error) {
    throw new Error(`tried ${variable ?? "no variable"} (not set) and ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The same with its plugin for users and TLS, where that is one of its own. */
async function obtainSecured(release: Release): Promise<string> {
  const plain = await obtain(release);
  const { plugin } = release;
  if (!plugin || existsSync(join(plain, "plugins", plugin.name))) return plain;
  const folder = `${release.folder}-${plugin.name}`;
  return fromMaven(folder, async (fresh, maven) => {
    await maven("dependency:copy", `-Dartifact=${plugin.artifact}`, `-DoutputDirectory=${fresh}`);
    const home = join(fresh, folder);
    const into = join(home, "plugins", plugin.name);
    cpSync(plain, home, { recursive: true });
    mkdirSync(into);
    const [zip = ""] = readdirSync(fresh).filter((file) => file.endsWith(".zip"));
    await run("jar", ["xf", join(fresh, zip)], { cwd: into, timeout: minutes });
    await run("chmod", ["-R", "a+rX", home]);
    return home;
  });
}

/** Waits until an index holds so many documents. */
export async function untilDocuments(
  elastic: Elastic,
  index: string,
  count: number,
  timeout = 120_000,
): Promise<void> {
  await until(
    async () => {
      await elastic.ask("POST", `/${index}/_refresh`).catch(() => undefined);
      const answer = await elastic.ask("GET", `/${index}/_count`).catch(() => undefined);
      return Number(answer?.count) >= count;
    },
    { timeout, every: 100, what: `${count} documents in ${index}` },
  );
}
