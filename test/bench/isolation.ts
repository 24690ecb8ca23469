// Whether a sink that is down for the whole run costs the others anything: the time in which a healthy sink gets
// every line, alone and beside one whose server refuses connections, in turns. Prints both and their difference.
//   npm run build && node test/bench/isolation.ts [--lines N] [--runs N]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cli, generate } from "./child.ts";
import { median } from "./statistics.ts";

/** How much of its pace (parts of 1) the healthy sink may lose. */
const AIM = 0.05;
/** Longer than any run takes, in ms. */
const PATIENCE = 300_000;

const { values } = parseArgs({
  options: { lines: { type: "string", default: "1000000" }, runs: { type: "string", default: "5" } },
});
const [lines, runs] = [Number(values.lines), Number(values.runs)];
const folder = mkdtempSync(join(tmpdir(), "log-monitor-isolation-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const input = join(folder, "access.log");
await generate(input, lines);
const megabytes = statSync(input).size / 1e6;
const nowhere = await closedPort();
const times = { alone: [] as number[], beside: [] as number[] };
// Warms the machine's caches up.
await timeOf("alone");
for (let run = 1; run <= runs; run++) {
  for (const kind of run % 2 ? (["alone", "beside"] as const) : (["beside", "alone"] as const)) {
    const seconds = await timeOf(kind);
    times[kind].push(seconds);
    console.log(`run ${run} of ${runs}, ${kind}: ${seconds.toFixed(2)} s`);
  }
}
const [alone, beside] = [median(times.alone), median(times.beside)];
const pace = (seconds: number): string =>
  `${seconds.toFixed(2)} s, ${Math.round(lines / seconds)} lines/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
const lost = beside / alone - 1;
console.log(`alone:                    ${pace(alone)}`);
console.log(`beside one that is down:  ${pace(beside)}`);
console.log(
  `difference: ${(100 * lost).toFixed(1)} % (aim: within ${100 * AIM} %): ${lost <= AIM ? "met" : "not met"}`,
);
process.exitCode = lost <= AIM ? 0 : 1;

/** Seconds from the start of a run until the healthy sink's server has counted every line. */
async function timeOf(kind: "alone" | "beside"): Promise<number> {
  const run = mkdtempSync(join(folder, "run-"));
  const server = await countingServer();
  const sink = (port: number) => ({ type: "influxdb", dsn: `http://127.0.0.1:${port}@u@p@db@s` });
  const config = {
    sources: { access: { paths: input, parser: "nginx", from: "start" } },
    sinks: { up: sink(server.port), ...(kind === "beside" && { down: sink(nowhere) }) },
    monitor: false,
    store: false,
    dataDir: join(run, "data"),
  };
  const file = join(run, "log-monitor.json");
  writeFileSync(file, JSON.stringify(config));
  const began = performance.now();
  const child = spawn(process.execPath, [cli, "run", "--config", file], { stdio: "ignore" });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "close");
  try {
    while ((await server.lines()) < lines) {
      if (child.exitCode !== null) throw new Error(`the run ended by itself with ${child.exitCode}`);
      if (performance.now() - began > PATIENCE) throw new Error("the lines did not all arrive");
      await delay(10);
    }
    return (performance.now() - began) / 1000;
  } finally {
    kill();
    await ended;
    process.removeListener("exit", kill);
    server.stop();
    rmSync(run, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function countingServer() {
  const script = fileURLToPath(new URL("../helpers/counting-server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(first.toString()) as { port: number };
  return {
    port,
    stop: () => void child.kill(),
    lines: async () =>
      ((await (await fetch(`http://127.0.0.1:${port}/count`)).json()) as { lines: number }).lines,
  };
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 1;
}
