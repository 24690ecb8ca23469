import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { until } from "./until.ts";
import { obtainVSCode } from "./vscode-install.ts";
import { start } from "./vscode-process.ts";

export interface ServerOptions {
  /** Where settings, logs and installed extensions go: a temporary folder of the caller. */
  home: string;
  /** Folders to use instead of those under `home`. */
  userDataDir?: string | undefined;
  extensionsDir?: string | undefined;
  /** User settings, on top of quiet defaults. */
  settings?: Record<string, unknown>;
  /** Workspace trust is off (everything trusted) unless this is true. */
  workspaceTrust?: boolean;
  /** Makes the page take a payload (extension under development, tests) and report its console. */
  automation?: boolean;
  /** Demanded from whoever opens the page; without one anybody on this machine can. */
  token?: string;
  port?: number;
  env?: NodeJS.ProcessEnv;
  say?: (line: string) => void;
}

export interface VSCodeServer {
  readonly port: number;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly pid: number;
  /** Everything the server printed. */
  output(): string;
  running(): boolean;
  /** The address of a workbench on `folder` (or a .code-workspace file). */
  address(folder: string, payload?: [string, string][]): string;
  /** A path on this machine as the workbench names it. */
  remote(path: string): string;
  /**
   * The same for an extension under development, by another path: VS Code takes every theme below such an
   * extension for the extension's own and switches to the first, and its web build is cached below ours.
   */
  remoteExtension(path: string): string;
  /** Replaces the user settings, keeping the quiet defaults; a window reads them when it loads. */
  writeSettings(settings: Record<string, unknown>): void;
  stop(): Promise<void>;
}

/** What keeps a test's window free of prompts, requests to the outside and moving parts. */
const quiet = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": "off",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.autoDetectColorScheme": false,
  "window.autoDetectHighContrast": false,
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Settings of a window beside others, each with a monitor of its own. */
export const ANY_PORT = { "logMonitor.monitor": { port: 0 } };

/** Variables of a surrounding VS Code, npm or test runner that would change the server's behaviour. */
const foreign = [
  "ELECTRON_RUN_AS_NODE",
  "NODE_OPTIONS",
  "NODE_TEST_CONTEXT",
  "VSCODE_IPC_HOOK_CLI",
  "VSCODE_NLS_CONFIG",
];

/** Starts VS Code's web build on a free port and returns once it serves. */
export async function startVSCode(options: ServerOptions): Promise<VSCodeServer> {
  const userDataDir = options.userDataDir ?? join(options.home, "user-data");
  const extensionsDir = options.extensionsDir ?? join(options.home, "extensions");
  const writeSettings = (settings: Record<string, unknown>) => writeUserSettings(userDataDir, settings);
  writeSettings(options.settings ?? {});
  mkdirSync(extensionsDir, { recursive: true });

  const server = start(
    process.execPath,
    [
      await serverMain(options.say),
      ...["--host", "127.0.0.1", "--port", String(options.port ?? 0)],
      ...(options.token ? ["--connection-token", options.token] : ["--without-connection-token"]),
      ...["--server-data-dir", join(options.home, "server"), "--user-data-dir", userDataDir],
      ...["--extensions-dir", extensionsDir, "--accept-server-license-terms", "--disable-telemetry"],
      ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"]),
      ...(options.automation ? ["--enable-smoke-test-driver"] : []),
    ],
    environment(options.env),
  );
  try {
    const port = await until(
      () => {
        if (!server.running()) throw new Error(`VS Code's server ended\n${server.output()}`);
        const listening = /Extension host agent listening on (\d+)/.exec(server.output());
        return /Web UI available/.test(server.output()) ? Number(listening?.[1]) : 0;
      },
      { timeout: 60_000, what: "VS Code's server" },
    );
    const authority = `vscode-remote://127.0.0.1:${port}`;
    const remote = (path: string) => authority + pathToFileURL(path).pathname;
    return {
      port,
      userDataDir,
      extensionsDir,
      pid: server.child.pid ?? 0,
      output: server.output,
      running: server.running,
      remote,
      remoteExtension(path) {
        const link = join(options.home, "extension-under-development");
        symlinkSync(path, link, "junction");
        return remote(link);
      },
      address(folder, payload) {
        const query = new URLSearchParams(options.token ? { tkn: options.token } : {});
        query.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", folder);
        if (payload) query.set("payload", JSON.stringify(payload));
        return `http://127.0.0.1:${port}/?${query}`;
      },
      writeSettings,
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Writes the user settings of a VS Code whose data is in `userDataDir`: quiet defaults and `settings`. */
export function writeUserSettings(userDataDir: string, settings: Record<string, unknown> = {}): void {
  mkdirSync(join(userDataDir, "User"), { recursive: true });
  const text = JSON.stringify({ ...quiet, ...settings }, undefined, 2);
  writeFileSync(join(userDataDir, "User", "settings.json"), text);
}

/**
 * Installs an extension from a .vsix file, as a user's `code --install-extension` does.
 * @throws with the output when it could not be installed.
 */
export async function installVsix(vsix: string, extensionsDir: string, home: string): Promise<void> {
  const args = [
    "--install-extension",
    vsix,
    "--extensions-dir",
    extensionsDir,
    "--accept-server-license-terms",
  ];
  const folders = ["--server-data-dir", join(home, "server"), "--user-data-dir", join(home, "user-data")];
  const installer = start(process.execPath, [await serverMain(), ...args, ...folders], environment());
  try {
    await until(() => !installer.running(), { timeout: 60_000, what: "the extension to be installed" });
    if (installer.child.exitCode !== 0) throw new Error(`could not install ${vsix}\n${installer.output()}`);
  } finally {
    await installer.stop();
  }
}

async function serverMain(say?: (line: string) => void): Promise<string> {
  return join(await obtainVSCode(say), "out", "server-main.js");
}

function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const cleared = Object.fromEntries(foreign.map((name) => [name, undefined]));
  // An empty gallery: nothing is looked up outside this machine.
  return { ...cleared, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...env };
}
