import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Reporter } from "../../helpers/tally.ts";
import { desktopVSCode } from "../../helpers/vscode-desktop.ts";
import { vscodeAvailable } from "./available.ts";
import { runInHost } from "./extension-host.ts";

/** One line of the file in which the suite leaves its results. */
interface Line {
  type: "pass" | "fail" | "skip" | "end";
  name?: string;
  error?: string;
}

const outcomes = { pass: "passed", fail: "failed", skip: "skipped" } as const;
const file = "test/e2e/vscode/suite";
const TEST = ".vscode.test.ts";

/** Files with this in their name have a window each: what they need is over once a test ran before them. */
const ALONE = ".alone.";

/**
 * Runs the extension-host tests through `@vscode/test-electron`: in desktop VS Code where there is one, else in
 * the web build behind the launcher.
 *
 * @param filter a part of the file name of the tests to run.
 */
export async function runHostTests(filter: string, reporter: Reporter): Promise<void> {
  const desktop = await desktopVSCode(reporter.say);
  if (!desktop && !(await vscodeAvailable(file, reporter))) return;
  const suite = join(import.meta.dirname, "suite");
  const files = readdirSync(suite).filter((name) => name.endsWith(TEST) && name.includes(filter));
  const alone = files.filter((name) => name.includes(ALONE));
  const together = files.filter((name) => !name.includes(ALONE));
  for (const group of [together, ...alone.map((name) => [name])]) {
    if (group.length > 0) await runWindow(desktop, suite, group, reporter);
  }
}

async function runWindow(
  desktop: string | undefined,
  suite: string,
  files: readonly string[],
  reporter: Reporter,
): Promise<void> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-host-")));
  const results = join(home, "results.ndjson");
  try {
    writeFileSync(results, "");
    let crash: unknown;
    await runInHost({
      home,
      desktop,
      suite,
      env: {
        LOG_MONITOR_RESULTS: results,
        LOG_MONITOR_TESTS: files.map((name) => basename(name, TEST)).join(","),
      },
    }).catch((error: unknown) => {
      crash = error;
    });
    const lines = readFileSync(results, "utf8").split("\n").filter(Boolean);
    const told = lines.map((line) => JSON.parse(line) as Line);
    for (const { type, name = "", error } of told) {
      if (type !== "end") reporter.result({ file, name, outcome: outcomes[type], reason: error });
    }
    const complete = told.some(({ type }) => type === "end");
    const explained = told.some(({ type }) => type === "fail");
    if (!complete || (crash && !explained)) {
      const reason = complete ? String(crash) : `the extension host ended before its tests did (${crash})`;
      reporter.result({ file, name: "run", outcome: "failed", reason });
    }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
