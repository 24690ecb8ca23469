import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { repository } from "../../helpers/vscode-paths.ts";
import { HOST_SETTINGS, writeUserSettings } from "../../helpers/vscode-server.ts";

export interface HostSuite {
  /** Holds the window's folder, settings and extensions: a temporary folder of the caller. */
  readonly home: string;
  /** The executable of desktop VS Code; without one the web build behind the launcher. */
  readonly desktop: string | undefined;
  /** Folder of the suite's files; its `index.ts` exports `run`, which VS Code calls in the extension host. */
  readonly suite: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a suite in an extension host of its own, with this repository's extension, through
 * `@vscode/test-electron`. It finds an empty workspace folder with an empty `.vscode/settings.json`.
 *
 * @throws when the suite's `run` did, or the extension host ended first.
 */
export async function runInHost({ home, desktop, suite, env }: HostSuite): Promise<void> {
  const workspace = join(home, "workspace");
  mkdirSync(join(workspace, ".vscode"), { recursive: true });
  writeFileSync(join(workspace, ".vscode", "settings.json"), "{}\n");
  writeUserSettings(join(home, "user-data"), HOST_SETTINGS);
  const folders = [
    `--user-data-dir=${join(home, "user-data")}`,
    `--extensions-dir=${join(home, "extensions")}`,
  ];
  await runTests({
    vscodeExecutablePath: desktop ?? join(import.meta.dirname, "launcher.ts"),
    extensionDevelopmentPath: repository,
    extensionTestsPath: await bundle(suite),
    launchArgs: [workspace, ...folders],
    extensionTestsEnv: {
      ...env,
      // The launcher's first line asks for `node`: let it find the one this runs on.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
    },
  });
}

/** Bundles the suite for the extension host, which knows `vscode`, and returns its entry. */
async function bundle(suite: string): Promise<string> {
  const outdir = join(repository, "dist", "test", basename(dirname(suite)));
  rmSync(outdir, { recursive: true, force: true });
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
