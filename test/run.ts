// The test command: every kind of test, several at the same time, and one count over all of them at the end.
//   node test/run.ts                     everything
//   node test/run.ts unit vscode         only these parts
//   node test/run.ts browser dashboard   only files of these parts whose path holds the word
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { vscodeAvailable } from "./e2e/vscode/available.ts";
import { runHostTests } from "./e2e/vscode/host.ts";
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
  jobs(words: readonly string[], reporter: Reporter): (() => Promise<void>)[];
}

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
    jobs: (words, { say }) =>
      words.length > 0
        ? []
        : [obtainEtcd, obtainInfluxd].map((obtain) => () => obtain(say).then(nothing, nothing)),
  },
  nodePart("services", "test/e2e/services/**/*.test.ts", 1, ["kafka", "elastic"]),
  browserPart(),
  {
    name: "vscode",
    width: 1,
    jobs: (words, reporter) => [() => runHostTests(words[0] ?? "", reporter)],
  },
  nodePart("unit", "test/**/*.test.ts", 2 * cores, ["model"], "test/e2e/"),
  nodePart("cli", "test/e2e/cli/**/*.test.ts", cores, ["lives", "replay", "clock"]),
];

const args = process.argv.slice(2);
const names = new Set(parts.map((part) => part.name));
const words = args.filter((arg) => !names.has(arg));
const chosen = parts.filter((part) => args.length === words.length || args.includes(part.name));
const tally = createTally();
const lanes = chosen.map((part) => {
  const result: Reporter["result"] = (result) => tally.add({ part: part.name, ...result });
  const reporter = { result, say: (line: string) => console.log(`  ${line}`) };
  const jobs = part.jobs(words, reporter).map((job) => async () => {
    const began = performance.now();
    try {
      await job();
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      result({ file: "test/run.ts", name: part.name, outcome: "failed", reason });
    }
    tally.took(part.name, began, performance.now());
  });
  const { width, alone = width } = part;
  return { jobs, width, alone };
});
// Twice as many as there are cores: tests wait for disks, timers and servers more than half of their time.
await runLanes(lanes, 2 * cores);
console.log(tally.report());
process.exitCode = tally.ok() ? 0 : 1;

function nothing(): void {}

/** Tests that drive VS Code's window. */
function browserPart(): Part {
  const part = nodePart("browser", `${windows}/*.test.ts`, 1, []);
  return {
    ...part,
    alone: cores,
    jobs(words, reporter) {
      let available: Promise<boolean> | undefined;
      return part.jobs(words, reporter).map((job) => async () => {
        available ??= vscodeAvailable(windows, reporter);
        if (await available) await job();
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
    jobs: (words, reporter) =>
      globSync(pattern, { cwd: repository })
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => !(apart && file.startsWith(apart)) && words.every((word) => file.includes(word)))
        .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
        .map((file) => () => runFile(join(repository, file), PATIENCE, reporter)),
  };
}
