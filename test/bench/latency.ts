import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../helpers/until.ts";
import { cli, measure, median, percentile } from "./child.ts";
import { cpuSecondsOf } from "./proc.ts";

const RATE = 1_000;
const SECONDS = 15;

/** Append → arrival at a sink over HTTP, at 1,000 lines/s with default settings. Aim: p99 < 50 ms, ≤ 0.1 core. */
export async function latency(folder: string, runs: number): Promise<Record<string, string>> {
  const p50: number[] = [];
  const p99: number[] = [];
  const cores: number[] = [];
  for (let at = 0; at < runs; at++) {
    const own = mkdtempSync(join(folder, "latency-"));
    const log = join(own, "app.log");
    writeFileSync(log, "");
    const waits: number[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const now = performance.timeOrigin + performance.now();
        for (const [, sent] of body.matchAll(/sent=([\d.]+)/g)) waits.push(now - Number(sent));
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const config = join(own, "log-monitor.json");
    const sources = { app: { paths: ["app.log"], parser: "json", from: "start" } };
    const sinks = {
      influx: {
        type: "influxdb",
        dsn: `http://127.0.0.1:${port}@u@p@db@ms`,
        fields: { sent: "sent" },
        tags: {},
      },
    };
    writeFileSync(
      config,
      JSON.stringify({ sources, sinks, store: false, monitor: { port: 0 }, dataDir: "data" }),
    );
    const child = measure(cli, ["run", "--config", config]);
    const append = (): void => {
      appendFileSync(
        log,
        `${JSON.stringify({ level: "info", message: "hello", sent: performance.timeOrigin + performance.now() })}\n`,
      );
    };
    append();
    await until(() => waits.length > 0, { timeout: 20_000, what: "the first line to arrive" });
    waits.length = 0;
    const before = cpuSecondsOf(child.pid);
    const began = performance.now();
    let sent = 0;
    while (performance.now() - began < SECONDS * 1000) {
      for (const due = ((performance.now() - began) / 1000) * RATE; sent < due; sent++) append();
      await delay(1);
    }
    const used = (cpuSecondsOf(child.pid) - before) / SECONDS;
    await until(() => waits.length >= sent, { what: "the last lines to arrive" });
    p50.push(percentile(waits, 0.5));
    p99.push(percentile(waits, 0.99));
    cores.push(used);
    child.stop();
    await child.ended;
    server.close();
    server.closeAllConnections();
  }
  return {
    what: `append → sink at ${RATE} lines/s`,
    result: `p50 ${median(p50).toFixed(1)} ms, p99 ${median(p99).toFixed(1)} ms, ${median(cores).toFixed(3)} core`,
    aim: "p99 < 50 ms, ≤ 0.1 core",
  };
}
