import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { sources } from "../../src/sources/index.ts";
import { syslogOptions } from "../../src/sources/syslog/options.ts";
import { type RunningStream, startStream } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const TIMES = { timeout: 60_000 };
const certificate = (name: string): string => join(import.meta.dirname, "../cases/tls", name);
const [cert, key, ca] = [certificate("server.pem"), certificate("server.key"), certificate("ca.pem")];
const textOf = (file: string): string => readFileSync(file, "utf8");
const counted = (message: string): string => `${Buffer.byteLength(message)} ${message}`;

async function start(t: TestContext, tls: object): Promise<RunningStream> {
  const options = { host: "127.0.0.1", protocols: [], tls: { port: 0, cert, key, ...tls } };
  const run = await startStream(tempFolder(t), "syslog", options);
  t.after(run.stop);
  return run;
}

function portOf(run: RunningStream): number {
  const path = run.source.files()[0]?.path ?? "";
  assert.match(path, /^tls 127\.0\.0\.1:\d+$/);
  return Number(path.slice(path.lastIndexOf(":") + 1));
}

/** A sender that checks who it sends to. */
async function sender(t: TestContext, port: number, own: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: textOf(ca), ...own });
  t.after(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

describe("syslog over TLS", () => {
  it("takes messages with their length before them, however they are cut", async (t) => {
    const run = await start(t, {});
    const sent = ["<13>one", "<14>two\nof two lines", "<15>é three"];
    const all = Buffer.from(sent.map(counted).join(""));
    const socket = await sender(t, portOf(run));
    for (const byte of all) socket.write(Buffer.of(byte));
    await until(() => run.raws().length === 3, TIMES);
    assert.deepEqual(run.raws(), sent);
    socket.end(counted("<13>last"));
    await until(() => run.raws().at(-1) === "<13>last", TIMES);
    assert.deepEqual(run.open(), []);
  });

  it("takes certificate and key as texts too, as secrets are", async (t) => {
    const run = await start(t, { cert: textOf(cert), key: textOf(key) });
    (await sender(t, portOf(run))).end(counted("<13>one"));
    await until(() => run.raws().length === 1, TIMES);
  });

  it("takes nothing from senders without a certificate of the authority that it names, and says so", async (t) => {
    const run = await start(t, { ca });
    const port = portOf(run);
    const stranger = connect({ port, host: "127.0.0.1", servername: "localhost", ca: textOf(ca) });
    stranger.on("error", () => {});
    const closed = new Promise((resolve) => stranger.once("close", resolve));
    stranger.write(counted("<13>unwanted"));
    await closed;
    await until(() => run.source.state().reason, TIMES);
    assert.match(
      run.source.state().reason ?? "",
      /^1 connection failed to agree on TLS, the last: 127\.0\.0\.1: /,
    );
    assert.match(run.said.join("\n"), /source a: 1 connection failed to agree on TLS/);
    const known = await sender(t, port, { cert: textOf(cert), key: textOf(key) });
    known.end(counted("<13>wanted"));
    await until(() => run.raws().length > 0, TIMES);
    assert.deepEqual(run.raws(), ["<13>wanted"]);
  });

  it("ends at once although someone connected and says nothing", async (t) => {
    const run = await start(t, {});
    const silent = connectPlain(portOf(run), "127.0.0.1");
    silent.on("error", () => {});
    await once(silent, "connect");
    const began = performance.now();
    await Promise.all([run.source.stop(), once(silent, "close")]);
    assert.ok(performance.now() - began < 9_000, "a handshake may take ten seconds");
  });

  it("names the file that can't be used, and begins when it can", async (t) => {
    const missing = join(tempFolder(t), "new.pem");
    const run = await start(t, { cert: missing });
    const { reason = "" } = run.source.state();
    assert.equal(reason.slice(0, reason.indexOf(": ENOENT")), `tls.cert: the file can't be read: ${missing}`);
    const check = async (tls: object) => {
      const options = syslogOptions.parse({ tls: { cert, key, ...tls } });
      return sources.syslog?.check?.(options as never, 1_000);
    };
    assert.deepEqual(
      (await check({ cert: missing }))?.map(({ option, severity }) => [option, severity]),
      [["tls", "error"]],
    );
    assert.match(
      (await check({ key: ca }))?.[0]?.message ?? "",
      /^tls: cert, key and ca can't be used together/,
    );
    assert.deepEqual(await check({}), []);
    copyFileSync(cert, missing);
    await until(() => run.source.state().state === "watching", TIMES);
  });

  it("needs a port of its own, and something to listen for", () => {
    const said = (options: object) =>
      syslogOptions
        .safeParse(options)
        .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    assert.deepEqual(said({ port: 6514, tls: { cert, key } }), [
      "tls.port: tcp listens on 6514 already: choose another port for TLS",
    ]);
    assert.equal(said({ port: 6514, protocols: ["udp"], tls: { cert, key } }), undefined);
    assert.deepEqual(said({ protocols: [] }), ["protocols: is an empty list: write udp or tcp, or give tls"]);
  });
});
