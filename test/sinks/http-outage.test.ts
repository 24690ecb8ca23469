import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { runEngine } from "../helpers/engine.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** What becomes of a write: taken and answered, refused for now, or the connection breaks before or after it was taken. */
type Mode = "take" | "busy" | "break" | "lose";

interface Server {
  readonly url: string;
  readonly bodies: string[];
  mode: Mode;
  /** How many writes were met in another mode. */
  faults: number;
}

async function startServer(t: TestContext): Promise<Server> {
  const http = createServer(async (from, to) => {
    const parts: Buffer[] = [];
    for await (const part of from) parts.push(part as Buffer);
    const { mode } = server;
    if (mode !== "take") server.faults++;
    if (mode === "take" || mode === "lose") server.bodies.push(Buffer.concat(parts).toString());
    if (mode === "take") to.writeHead(204).end();
    else if (mode === "busy") to.writeHead(503).end();
    else from.socket.destroy();
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  const server: Server = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    bodies: [],
    mode: "take",
    faults: 0,
  };
  return server;
}

/** What each of the destinations would take for one record, of all that it was sent. */
const identities: Readonly<Record<string, (body: string) => string[]>> = {
  loki: (body) => {
    const { streams } = JSON.parse(body) as { streams: { values: string[][] }[] };
    return streams.flatMap(({ values }) => values.map((value) => value.join(" ")));
  },
  otlp: (body) =>
    [...body.matchAll(/"log\.record\.uid","value":\{"stringValue":"([^"]+)"/g)].map(([, id = ""]) => id),
  webhook: (body) => [...body.matchAll(/^\{"id":"([^"]+)"/gm)].map(([, id = ""]) => id),
};

describe("the sinks loki, otlp and webhook", () => {
  it("lose nothing through servers that are busy, break connections and lose answers, and name what comes twice alike", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const servers = new Map<string, Server>();
    for (const type of Object.keys(identities)) servers.set(type, await startServer(t));
    const { engine, apply } = runEngine(t, folder);
    let written = 0;
    const write = (count: number): void => {
      appendFileSync(file, "the same line\n".repeat(count));
      written += count;
    };
    write(700);
    await apply({
      monitor: false,
      store: false,
      sources: { app: { paths: "*.log", parser: "plain", from: "start" } },
      sinks: Object.fromEntries([...servers].map(([type, { url }]) => [type, { type, url, timeout: 5_000 }])),
    });
    const delivered = (): boolean => engine.snapshot().sinks.every((sink) => sink.delivered === written);
    await until(delivered, { timeout: 60_000, what: "the first lines" });
    for (const mode of ["lose", "busy", "break"] as const) {
      const before = new Map([...servers].map(([type, { faults }]) => [type, faults]));
      for (const server of servers.values()) server.mode = mode;
      write(300);
      const met = (): boolean => [...servers].every(([type, { faults }]) => faults > (before.get(type) ?? 0));
      await until(met, { timeout: 60_000, what: `each server to meet a write with: ${mode}` });
      for (const server of servers.values()) server.mode = "take";
      await until(delivered, { timeout: 60_000, what: `the lines after: ${mode}` });
    }
    for (const [type, { bodies }] of servers) {
      const all = bodies.flatMap((body) => identities[type]?.(body) ?? []);
      assert.equal(new Set(all).size, written, type);
      assert.ok(all.length > written, `${type} was sent some again, whose answer got lost`);
    }
  });

  it("name the setting and what to do where nothing listens, each once, however often they try", async (t) => {
    const folder = tempFolder(t);
    appendFileSync(join(folder, "a.log"), "a line\n");
    const ports = new Map<string, number>();
    for (const type of Object.keys(identities)) ports.set(type, await deadPort());
    const warned: string[] = [];
    const { engine, apply } = runEngine(t, folder, {}, { ...silent, warn: (line) => void warned.push(line) });
    await apply({
      monitor: false,
      store: false,
      sources: { app: { paths: "*.log", parser: "plain", from: "start" } },
      sinks: Object.fromEntries(
        [...ports].map(([type, port]) => [type, { type, url: `http://127.0.0.1:${port}` }]),
      ),
    });
    const tried = (): boolean => engine.snapshot().sinks.every(({ retries }) => retries >= 3);
    await until(tried, { timeout: 60_000, what: "each sink to have tried three times" });
    for (const { id, lastError = "" } of engine.snapshot().sinks) {
      const remedy = new RegExp(
        `at http://127\\.0\\.0\\.1:${ports.get(id)} can't be reached: .*ECONNREFUSED.*: see that it runs there, or correct url$`,
      );
      assert.match(lastError, remedy);
      const told = warned.filter((line) => line.startsWith(`sink ${id}: `));
      assert.equal(told.length, 1, told.join("\n"));
      assert.match(told[0] ?? "", remedy);
    }
  });
});
