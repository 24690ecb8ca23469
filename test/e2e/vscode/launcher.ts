#!/usr/bin/env node
// Takes the command line of desktop VS Code as `@vscode/test-electron` writes it and runs the extension-host
// tests in VS Code's web build and a headless browser instead. Ends with their result.
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launchBrowser } from "../../helpers/browser.ts";
import { watchToasts } from "../../helpers/toast-spy.ts";
import { until } from "../../helpers/until.ts";
import { artefacts } from "../../helpers/vscode-paths.ts";
import { HOST_SETTINGS, startVSCode, type VSCodeServer } from "../../helpers/vscode-server.ts";

/** Lines that start so come from the tests' reporter; all others go to the log file. */
const mark = "[test] ";
const log = join(artefacts, "vscode-host.log");
/** How long the tests may print nothing, in milliseconds. */
const patience = 330_000;

/** What the tests run commands for that answer by a notification; and the editor's own, of files they write to. */
const ASKED = [
  /^Failed to save 'settings\.json': The content of the file is newer\./,
  /^Testing the connection of grafana$/,
  /^grafana is good: /,
  /^Log Monitor: grafana: InfluxDB answered 404: database not found/,
  /settings\.json could not be changed: write \$\{secret:sinks\.influx\.password\} there yourself$/,
];

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: "string" },
    extensionTestsPath: { type: "string" },
    "user-data-dir": { type: "string" },
    "extensions-dir": { type: "string" },
    "folder-uri": { type: "string" },
  },
});

const option = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
const tests = option("extensionTestsPath");
const extension = option("extensionDevelopmentPath");
if (!tests || !extension) {
  console.error("usage: launcher.ts --extensionDevelopmentPath=DIR --extensionTestsPath=FILE FOLDER");
  process.exit(2);
}

const home = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-vscode-")));
mkdirSync(artefacts, { recursive: true });
writeFileSync(log, "");
const interrupted = new Promise<number>((done) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done(130));
});
process.exitCode = await run(tests, extension).catch((error) => {
  console.error(error);
  return 1;
});
rmSync(home, { recursive: true, force: true, maxRetries: 5 });

async function run(tests: string, extension: string): Promise<number> {
  const server = await startVSCode({
    home,
    userDataDir: option("user-data-dir"),
    extensionsDir: option("extensions-dir"),
    settings: HOST_SETTINGS,
    automation: true,
    say: console.log,
  });
  const browser = await launchBrowser().catch(async (error) => {
    await server.stop();
    throw error;
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const toasts = await watchToasts(page, ASKED);
    const finished = watch(page, server);
    await page.goto(
      server.address(resolve(positionals[0] ?? home), [
        ["extensionDevelopmentPath", server.remoteExtension(resolve(extension))],
        ["extensionTestsPath", server.remote(resolve(tests))],
        ["skipWelcome", "true"],
      ]),
    );
    const code = await Promise.race([finished, interrupted]);
    if (code !== 0) await page.screenshot({ path: join(artefacts, "vscode-host-failed.png") });
    const { unasked } = await toasts.end();
    for (const one of unasked) tell(one);
    return code === 0 && unasked.length > 0 ? 1 : code;
  } finally {
    await browser.close();
    await server.stop();
    appendFileSync(log, `\n--- server ---\n${server.output()}`);
  }
}

/** Tells of a notification as of a test that failed, where the tests leave their results. */
function tell(unasked: string): void {
  console.error(unasked);
  const { LOG_MONITOR_RESULTS: results } = process.env;
  const line = { type: "fail", name: "the window: is quiet", error: unasked };
  if (results) appendFileSync(results, `${JSON.stringify(line)}\n`);
}

/** Forwards what the tests print and resolves to their result, or rejects when they cannot come to one. */
async function watch(page: Page, server: VSCodeServer): Promise<number> {
  let result: number | undefined;
  let heard = Date.now();
  await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
    const line = args.map((arg) => (typeof arg === "string" ? arg : JSON.stringify(arg))).join(" ");
    appendFileSync(log, `${type}: ${line}\n`);
    if (!line.startsWith(mark)) return;
    heard = Date.now();
    console.log(line.slice(mark.length));
  });
  await page.exposeFunction("codeAutomationExit", (code: number) => {
    result = code;
  });
  await until(
    () => {
      if (result !== undefined) return true;
      if (page.isClosed()) throw new Error("the page closed");
      if (!server.running()) throw new Error("VS Code's server ended");
      return Date.now() - heard > patience;
    },
    { timeout: 1_500_000, every: 50, what: "the extension-host tests" },
  );
  if (result === undefined)
    throw new Error(`the extension-host tests printed nothing for ${patience / 1000} s; see ${log}`);
  return result;
}
