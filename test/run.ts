// The test command: every kind of test, the fast ones first, and one count over all of them at the end.
//   node test/run.ts                     everything
//   node test/run.ts unit vscode         only these parts
//   node test/run.ts browser dashboard   only files of these parts whose path holds the word
import { globSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { vscodeAvailable } from "./e2e/vscode/available.ts";
import { runHostTests } from "./e2e/vscode/host.ts";
import { runNodeTests } from "./helpers/node-tests.ts";
import { createTally, type Reporter } from "./helpers/tally.ts";
import { repository } from "./helpers/vscode-paths.ts";

interface Part {
  name: string;
  run(words: string[], reporter: Reporter): Promise<void>;
}

const minutes = 60_000;
const cores = availableParallelism();
const parts: Part[] = [
  // Twice as many as there are cores: tests wait for disks and timers more than half of their time.
  nodePart("unit", "test/**/*.test.ts", { concurrency: 2 * cores, timeout: 8 * minutes }),
  // Every other folder of end-to-end tests is a part too: cli, services. A server has the machine to itself.
  ...readdirSync(join(repository, "test", "e2e"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "vscode")
    .map(({ name }) =>
      nodePart(name, `test/e2e/${name}/**/*.test.ts`, {
        concurrency: name === "services" ? 1 : cores,
        timeout: 8 * minutes,
      }),
    ),
  { name: "vscode", run: (words, reporter) => runHostTests(words[0] ?? "", reporter) },
  browserPart(),
];

const args = process.argv.slice(2);
const names = new Set(parts.map((part) => part.name));
const words = args.filter((arg) => !names.has(arg));
const chosen = parts.filter((part) => args.length === words.length || args.includes(part.name));
const tally = createTally();
for (const part of chosen) {
  const began = performance.now();
  console.log(`\n${part.name}`);
  const result: Reporter["result"] = (result) => tally.add({ part: part.name, ...result });
  try {
    await part.run(words, { result, say: (line) => console.log(`  ${line}`) });
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    result({ file: "test/run.ts", name: part.name, outcome: "failed", reason });
  }
  tally.time(part.name, (performance.now() - began) / 1000);
}
console.log(tally.report());
process.exitCode = tally.ok() ? 0 : 1;

/** Tests that drive VS Code's window. */
function browserPart(): Part {
  const folder = "test/e2e/vscode/browser";
  const part = nodePart("browser", `${folder}/*.test.ts`, { concurrency: 1, timeout: 8 * minutes });
  return {
    name: part.name,
    async run(words, reporter) {
      if (await vscodeAvailable(folder, reporter)) await part.run(words, reporter);
    },
  };
}

function nodePart(name: string, pattern: string, options: { concurrency: number; timeout: number }): Part {
  const apart = name === "unit" ? /^test\/(e2e|bench)\// : /^$/;
  return {
    name,
    async run(words, reporter) {
      const files = globSync(pattern, { cwd: repository })
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => !apart.test(file) && words.every((word) => file.includes(word)))
        .sort()
        .map((file) => join(repository, file));
      if (files.length > 0) await runNodeTests(files, options, reporter);
    },
  };
}
