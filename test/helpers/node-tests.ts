import { relative } from "node:path";
import { run } from "node:test";
import { type Failure, reasonOf } from "./reason.ts";
import type { Reporter, Result } from "./tally.ts";
import { repository } from "./vscode-paths.ts";

/** What the events of node:test tell of one test, as far as it is used here. */
interface Event {
  name: string;
  nesting: number;
  skip?: string | boolean | undefined;
  todo?: string | boolean | undefined;
  details: { type?: string | undefined; error?: Failure & { failureType?: string } };
}

/**
 * Runs a file of node:test in a process of its own, and reports every test.
 * @param timeout how long it may take (ms) until its process has ended
 */
export async function runFile(path: string, timeout: number, reporter: Reporter): Promise<void> {
  const file = relative(repository, path);
  const began = performance.now();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const names: string[] = [];
  let printed = "";
  const report = (name: string, outcome: Result["outcome"], reason?: string) => {
    counts[outcome] += 1;
    reporter.result({ file, name, outcome, reason });
  };
  const fullName = ({ name, nesting }: Event) => [...names.slice(0, nesting), name].join(" › ");
  // A file as a whole shows up as a test when it crashed or holds none.
  const isFile = ({ name, nesting }: Event) => nesting === 0 && (name === path || name === file);

  const signal = AbortSignal.timeout(timeout);
  const execArgv = [`--import=${import.meta.resolve("./same-draws.ts")}`];
  const stream = run({ files: [path], isolation: "process", signal, execArgv });
  stream.on("test:start", ({ name, nesting }) => names.splice(nesting, names.length, name));
  stream.on("test:stdout", ({ message }) => (printed = (printed + message).slice(-4000)));
  stream.on("test:stderr", ({ message }) => (printed = (printed + message).slice(-4000)));
  stream.on("test:pass", (event: Event) => {
    const left = event.skip || event.todo;
    if (event.details.type === "suite") return;
    if (isFile(event)) report("as a whole", "failed", "the file holds no test");
    else if (left) report(fullName(event), "skipped", typeof left === "string" ? left : undefined);
    else report(fullName(event), "passed");
  });
  stream.on("test:fail", (event: Event) => {
    const { error, type } = event.details;
    if (isFile(event)) {
      if (error?.failureType === "subtestsFailed" || signal.aborted) return;
      return report("as a whole", "failed", `${reasonOf(error)}\n${printed}`);
    }
    if (type === "suite" && error?.failureType === "subtestsFailed") return;
    report(
      fullName(event),
      "failed",
      reasonOf(error) + (printed && `\n--- printed by the file ---\n${printed}`),
    );
  });
  for await (const _ of stream);

  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (signal.aborted)
    report("as a whole", "failed", `the file did not end within ${timeout / 1000} s\n${printed}`);
  const parts = Object.entries(counts).filter(([outcome, count]) => count > 0 || outcome === "passed");
  const tally = parts.map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  reporter.say(`${counts.failed > 0 ? "✖" : "✔"} ${file}: ${tally} (${seconds} s)`);
}
