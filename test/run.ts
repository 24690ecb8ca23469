// The test command: every kind of test, several at the same time, and one count over all of them at the end.
//   node test/run.ts                     everything
//   node test/run.ts unit vscode         only these parts
//   node test/run.ts browser dashboard   only files of these parts whose path holds the word
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { vscodeAvailable } from "./e2e/vscode/available.ts";
import { runHostTests } from "./e2e/vscode/host.ts";
import { type Outcome, runAgain } from "./helpers/again.ts";
import { runLanes } from "./helpers/lanes.ts";
import { runFile } from "./helpers/node-tests.ts";
import { obtainEtcd } from "./helpers/services/etcd-build.ts";
import { obtainInfluxd } from "./helpers/services/influxd.ts";
import { createTally, type Reporter } from "./helpers/tally.ts";
import { repository } from "./helpers/vscode-paths.ts";

interface Part {
  readonly name: string;
  /** How many of its jobs may run at a time, and how many while there is nothing else to do. */
  readonly width: number;
  readonly alone?: number;
  /** @param words all of which the path of a file must hold */
  jobs(words: readonly string[], say: Reporter["say"]): Job[];
}

/** Runs a file of tests, or what takes as long. */
type Job = (reporter: Reporter) => Promise<void>;

/** How long (ms) a file may take. */
const PATIENCE = 15 * 60_000;
const cores = availableParallelism();
const windows = "test/e2e/vscode/browser";

/**
 * Those that can't be cut come first: while they wait for servers, windows and each other the rest fills the
 * machine. What takes longest stands first in its part, so that nothing is waited for alone at the end.
 */
const parts: readonly Part[] = [
  // Beside the tests that need no such server: they wait for each other.
  {
    name: "servers",
    width: 1,
    jobs: (words, say) =>
      words.length > 0
        ? []
        : [obtainEtcd, obtainInfluxd].map((obtain) => () => obtain(say).then(nothing, nothing)),
  },
  nodePart("services", "test/e2e/services/**/*.test.ts", 1, ["kafka", "elastic"]),
  browserPart(),
  {
    name: "vscode",
    width: 1,
    jobs: (words) => [(reporter) => runHostTests(words[0] ?? "", reporter)],
  },
  nodePart("unit", "test/**/*.test.ts", 2 * cores, ["model"], "test/e2e/"),
  nodePart("cli", "test/e2e/cli/**/*.test.ts", cores, ["lives", "replay", "clock"]),
];

const args = process.argv.slice(2);
const names = new Set(parts.map((part) => part.name));
const words = args.filter((arg) => !names.has(arg));
const chosen = parts.filter((part) => args.length === words.length || args.includes(part.name));
const tally = createTally();
const say = (line: string): void => console.log(`  ${line}`);
const outcomes: Outcome[] = [];
const lanes = chosen.map(({ name, jobs, width, alone = width }) => ({
  jobs: jobs(words, say).map((job) => async () => {
    const began = performance.now();
    const outcome: Outcome = { part: name, results: [], run: (reporter) => runJob(name, job, reporter) };
    outcomes.push(outcome);
    await outcome.run({ result: (result) => outcome.results.push(result), say });
    tally.took(name, began, performance.now());
  }),
  width,
  alone,
}));
// Twice as many as there are cores: tests wait for disks, timers and servers more than half of their time.
await runLanes(lanes, 2 * cores);
if (args.length === 0) await runAgain(outcomes, ["browser", "vscode"], say);
for (const { part, results, flaky } of outcomes) {
  for (const result of results) tally.add({ part, ...result });
  for (const result of flaky ?? []) tally.addFlaky({ part, ...result });
}
console.log(tally.report());
process.exitCode = tally.ok() ? 0 : 1;

function nothing(): void {}

/** @returns when it is through, also with what it failed with as a failure */
async function runJob(name: string, job: Job, reporter: Reporter): Promise<void> {
  try {
    await job(reporter);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reporter.result({ file: "test/run.ts", name, outcome: "failed", reason });
  }
}

/** Tests that drive VS Code's window. */
function browserPart(): Part {
  const part = nodePart("browser", `${windows}/*.test.ts`, 1, []);
  return {
    ...part,
    alone: cores,
    jobs(words, say) {
      let available: Promise<boolean> | undefined;
      return part.jobs(words, say).map((job) => async (reporter) => {
        available ??= vscodeAvailable(windows, reporter);
        if (await available) await job(reporter);
      });
    },
  };
}

/**
 * Files of node:test, one job each.
 * @param first words of those that come first
 * @param apart the folder of those that are another part's
 */
function nodePart(
  name: string,
  pattern: string,
  width: number,
  first: readonly string[],
  apart?: string,
): Part {
  const place = (file: string): number => {
    const at = first.findIndex((word) => file.includes(word));
    return at < 0 ? first.length : at;
  };
  return {
    name,
    width,
    jobs: (words) =>
      globSync(pattern, { cwd: repository })
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => !(apart && file.startsWith(apart)) && words.every((word) => file.includes(word)))
        .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
        .map((file) => (reporter) => runFile(join(repository, file), PATIENCE, reporter)),
  };
}
