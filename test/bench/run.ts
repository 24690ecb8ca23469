// npm run bench: one Markdown table; each row the median of several runs (lowest–highest), beside a reference
// that takes turns with it on the same machine.
//   npm run bench                                all rows at full size, about half an hour on two cores
//   npm run bench -- a c --lines 500000 --runs 5  some rows, smaller, more runs
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { reasonOf } from "../../src/errors.ts";
import { activation } from "./activation.ts";
import type { Bench } from "./bench.ts";
import { generate } from "./child.ts";
import { frames } from "./frames.ts";
import { idle } from "./idle.ts";
import { fromKafka, toKafka } from "./kafka.ts";
import { keys } from "./keys.ts";
import { latency } from "./latency.ts";
import { loopDelay } from "./loop.ts";
import { memory } from "./memory.ts";
import { type Options, readOptions } from "./options.ts";
import { retained } from "./retained.ts";
import { search } from "./search.ts";
import { markdown, type Row } from "./table.ts";
import { throughput } from "./throughput.ts";
import { zoom } from "./zoom.ts";

const parts: { rows: readonly string[]; run(bench: Bench): Promise<Row | Row[]> }[] = [
  { rows: ["a", "b"], run: throughput },
  { rows: ["c"], run: latency },
  { rows: ["d"], run: loopDelay },
  { rows: ["e"], run: idle },
  { rows: ["f"], run: memory },
  { rows: ["g"], run: toKafka },
  { rows: ["h"], run: fromKafka },
  { rows: ["i"], run: search },
  { rows: ["j"], run: activation },
  { rows: ["k"], run: frames },
  { rows: ["l"], run: keys },
  { rows: ["m"], run: zoom },
  { rows: ["n"], run: retained },
];

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-bench-"));
  const say = (text: string): void => {
    console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  };
  // Also where an interrupt or an error ends it.
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

  const input = join(folder, "access.log");
  await generate(input, options.lines);
  const megabytes = statSync(input).size / 1e6;
  const bench: Bench = { ...options, folder, input, megabytes, say };
  const rows: Row[] = [];
  for (const part of parts) {
    if (!part.rows.some((row) => options.rows.some((wanted) => wanted === row))) continue;
    try {
      rows.push(...[await part.run(bench)].flat());
    } catch (error) {
      // The other rows are worth having all the same.
      process.exitCode = 1;
      rows.push({ what: `(${part.rows.join(", ")})`, measured: `could not be measured: ${reasonOf(error)}` });
    }
  }
  say("done");
  const small = options.lines < 2_000_000 ? "; aims are for 2 M lines, fewer make start-up weigh more" : "";
  const [cpu] = cpus();
  console.log(
    `\n${options.lines} lines of the nginx format (${megabytes.toFixed(0)} MB); median of ${options.runs} runs ` +
      `(lowest–highest); Node ${process.versions.node}, ${cpus().length} × ${cpu?.model}${small}\n\n${markdown(rows)}`,
  );
}
