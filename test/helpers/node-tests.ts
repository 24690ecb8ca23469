import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import type { Reporter } from "./tally.ts";
import { repository } from "./vscode-paths.ts";

export interface NodeTestsOptions {
  /** How many files run at a time. */
  concurrency: number;
  /** How long one file may take, in milliseconds. */
  timeout: number;
}

/** What the events of node:test tell of one test, as far as it is used here. */
interface Event {
  name: string;
  nesting: number;
  file?: string | undefined;
  skip?: string | boolean | undefined;
  todo?: string | boolean | undefined;
  details: { type?: string | undefined; error?: Error & { failureType?: string; cause?: unknown } };
}

/** Runs files of node:test, each in a process of its own, and reports every test. */
export async function runNodeTests(
  files: string[],
  options: NodeTestsOptions,
  reporter: Reporter,
): Promise<void> {
  const path = new Map<string, string[]>();
  const output = new Map<string, string>();
  const nameOf = ({ file = "", name, nesting }: Event) =>
    [...(path.get(file) ?? []).slice(0, nesting), name].join(" › ");
  const report = (event: Event, outcome: "passed" | "failed" | "skipped", reason?: string) =>
    reporter.result({ file: relative(repository, event.file ?? ""), name: nameOf(event), outcome, reason });
  const keep = ({ file, message }: { file: string; message: string }) =>
    output.set(file, ((output.get(file) ?? "") + message).slice(-4000));

  const stream = run({ files, ...options, isolation: "process" });
  stream.on("test:start", ({ file = "", name, nesting }) => {
    path.set(file, [...(path.get(file) ?? []).slice(0, nesting), name]);
  });
  stream.on("test:stdout", keep);
  stream.on("test:stderr", keep);
  stream.on("test:pass", (event: Event) => {
    if (event.details.type === "suite") return;
    if (isFile(event)) return report(event, "failed", "the file holds no test");
    const left = event.skip || event.todo;
    if (left) return report(event, "skipped", typeof left === "string" ? left : undefined);
    report(event, "passed");
  });
  stream.on("test:fail", (event: Event) => {
    const { error, type } = event.details;
    if (error?.failureType === "subtestsFailed" && (type === "suite" || isFile(event))) return;
    const printed = output.get(event.file ?? "");
    report(event, "failed", reasonOf(error) + (printed ? `\n--- printed by the file ---\n${printed}` : ""));
  });
  stream.on("test:summary", ({ file, counts, duration_ms }) => {
    if (!file) return;
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    const sign = failed > 0 ? "✖" : "✔";
    const left = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    const time = `${(duration_ms / 1000).toFixed(1)} s`;
    const tally = `${counts.passed} passed${failed ? `, ${failed} failed` : ""}${left}`;
    reporter.say(`${sign} ${relative(repository, file)}: ${tally} (${time})`);
  });
  for await (const _ of stream);
}

/** A file as a whole shows up as a test when it crashed or holds no test. */
function isFile({ file, name, nesting }: Event): boolean {
  return nesting === 0 && (name === file || relative(repository, file ?? "") === name);
}

function reasonOf(error: (Error & { cause?: unknown }) | undefined): string {
  const cause = error?.cause ?? error;
  if (cause instanceof Error) return inspect(cause);
  return typeof cause === "string" ? cause : inspect(cause);
}
