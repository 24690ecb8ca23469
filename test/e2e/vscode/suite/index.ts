import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** How long (ms) a test may take in all; what it waits for says sooner what did not come. */
const TIMEOUT = 300_000;

/**
 * Runs the extension-host tests: VS Code calls this inside the extension host. Every result becomes a line
 * of JSON in the file that LOG_MONITOR_RESULTS names and a marked line on the console.
 *
 * @throws when a test failed or none ran.
 */
export async function run(): Promise<void> {
  const wanted = (process.env.LOG_MONITOR_TESTS ?? "").split(",").map((name) => `${name}.vscode.test.cjs`);
  const files = readdirSync(__dirname).filter((name) => wanted.includes(name));
  const mocha = new Mocha({ ui: "bdd", timeout: TIMEOUT, reporter: Silent });
  for (const file of files) mocha.addFile(join(__dirname, file));

  let passed = 0;
  let failed = 0;
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    runner.on("suite", (suite) => {
      if (suite.title) say(`${"  ".repeat(suite.titlePath().length - 1)}${suite.title}`);
    });
    runner.on("pass", (test) => {
      passed += 1;
      say(`${indent(test)}✔ ${test.title} (${test.duration} ms)`);
      record({ type: "pass", name: test.fullTitle() });
    });
    runner.on("fail", (test, error: Error) => {
      failed += 1;
      say(`${indent(test)}✖ ${test.title}`);
      const stack = ownStack(error);
      for (const line of stack.split("\n")) say(`${indent(test)}  ${line}`);
      record({ type: "fail", name: test.fullTitle(), error: stack });
    });
    runner.on("pending", (test) => record({ type: "skip", name: test.fullTitle(), error: "left out" }));
  }).catch((error: Error) => {
    // A file of them can't be loaded.
    record({ type: "fail", name: "run", error: ownStack(error) });
    throw error;
  });
  record({ type: "end" });
  if (failed > 0 || passed === 0) throw new Error(`${passed} passed, ${failed} failed`);
}

/** Mocha's base reporter prints nothing by itself; the lines above are the report. */
class Silent extends Mocha.reporters.Base {}

function indent(test: { titlePath(): string[] }): string {
  return "  ".repeat(test.titlePath().length - 1);
}

/** The stack without the frames of VS Code and of Node. */
function ownStack(error: Error): string {
  const lines = (error.stack ?? error.message).split("\n");
  return lines.filter((line) => !/^\s+at .*(extensionHostProcess\.js|node:internal)/.test(line)).join("\n");
}

function say(line: string): void {
  console.log(`[test] ${line}`);
}

function record(result: { type: "pass" | "fail" | "skip" | "end"; name?: string; error?: string }): void {
  const file = process.env.LOG_MONITOR_RESULTS;
  if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
