import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import type { Reporter } from "../../helpers/tally.ts";
import { desktopVSCode } from "../../helpers/vscode-desktop.ts";
import { repository } from "../../helpers/vscode-paths.ts";
import { writeUserSettings } from "../../helpers/vscode-server.ts";
import { vscodeAvailable } from "./available.ts";

/** One line of the file in which the suite leaves its results. */
interface Line {
  type: "pass" | "fail" | "skip" | "end";
  name?: string;
  error?: string;
}

const outcomes = { pass: "passed", fail: "failed", skip: "skipped" } as const;
const file = "test/e2e/vscode/suite";

/**
 * Runs the extension-host tests through `@vscode/test-electron`: in desktop VS Code where there is one, else in
 * the web build behind the launcher. They find an empty workspace folder with an empty `.vscode/settings.json`.
 *
 * @param filter a part of the file name of the tests to run.
 */
export async function runHostTests(filter: string, reporter: Reporter): Promise<void> {
  const desktop = await desktopVSCode(reporter.say);
  if (!desktop && !(await vscodeAvailable(file, reporter))) return;
  const home = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-host-")));
  const results = join(home, "results.ndjson");
  try {
    const workspace = join(home, "workspace");
    mkdirSync(join(workspace, ".vscode"), { recursive: true });
    writeFileSync(join(workspace, ".vscode", "settings.json"), "{}\n");
    writeFileSync(results, "");
    writeUserSettings(join(home, "user-data"));
    const folders = [
      `--user-data-dir=${join(home, "user-data")}`,
      `--extensions-dir=${join(home, "extensions")}`,
    ];
    let crash: unknown;
    await runTests({
      vscodeExecutablePath: desktop ?? join(import.meta.dirname, "launcher.ts"),
      extensionDevelopmentPath: repository,
      extensionTestsPath: await bundle(),
      launchArgs: [workspace, ...folders],
      extensionTestsEnv: {
        LOG_MONITOR_RESULTS: results,
        LOG_MONITOR_TESTS: filter,
        // The launcher's first line asks for `node`: let it find the one this runs on.
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
      },
    }).catch((error: unknown) => {
      crash = error;
    });
    const lines = readFileSync(results, "utf8").split("\n").filter(Boolean);
    const told = lines.map((line) => JSON.parse(line) as Line);
    for (const { type, name = "", error } of told) {
      if (type !== "end") reporter.result({ file, name, outcome: outcomes[type], reason: error });
    }
    const complete = told.at(-1)?.type === "end";
    const explained = told.some(({ type }) => type === "fail");
    if (!complete || (crash && !explained)) {
      const reason = complete ? String(crash) : `the extension host ended before its tests did (${crash})`;
      reporter.result({ file, name: "run", outcome: "failed", reason });
    }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Bundles the suite for the extension host, which knows `vscode`, and returns its entry. */
async function bundle(): Promise<string> {
  const suite = join(import.meta.dirname, "suite");
  const outdir = join(repository, "dist", "test", "vscode");
  if (existsSync(outdir)) rmSync(outdir, { recursive: true });
  await build({
    entryPoints: readdirSync(suite).map((name) => join(suite, name)),
    outdir,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    outExtension: { ".js": ".cjs" },
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  return join(outdir, "index.cjs");
}
