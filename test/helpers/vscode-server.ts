import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { until } from "./until.ts";
import { obtainVSCode } from "./vscode-install.ts";
import { start } from "./vscode-process.ts";

/**
 * How it is started: `server` is VS Code's own server alone, which code-server's package holds; `code-server` is the
 * package's command, as its users run it, with the same server behind its own.
 */
export type Entry = "server" | "code-server";

export interface ServerOptions {
  /** `server` unless this says otherwise; `code-server` takes neither `automation` nor `token`. */
  entry?: Entry | undefined;
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

/** Settings of the window that tests run inside: files are saved when a test says so, in the web build as well. */
export const HOST_SETTINGS = { ...ANY_PORT, "files.autoSave": "off" };

/** Variables of a surrounding VS Code, npm or test runner that would change the server's behaviour. */
const foreign = [
  "ELECTRON_RUN_AS_NODE",
  "NODE_OPTIONS",
  "NODE_TEST_CONTEXT",
  "VSCODE_IPC_HOOK_CLI",
  "VSCODE_NLS_CONFIG",
];

/** What tells that a page can be opened, and its port. */
const LISTENS: Record<Entry, RegExp> = {
  server: /Web UI available at http:\/\/[^:/]+:(\d+)/,
  "code-server": /server listening on http:\/\/127\.0\.0\.1:(\d+)/,
};

/** Starts VS Code's web build on a free port and returns once it serves. */
export async function startVSCode(options: ServerOptions): Promise<VSCodeServer> {
  const userDataDir = options.userDataDir ?? join(options.home, "user-data");
  const extensionsDir = options.extensionsDir ?? join(options.home, "extensions");
  const writeSettings = (settings: Record<string, unknown>) => writeUserSettings(userDataDir, settings);
  writeSettings(options.settings ?? {});
  mkdirSync(extensionsDir, { recursive: true });

  const folders = ["--user-data-dir", userDataDir, "--extensions-dir", extensionsDir];
  const trust = options.workspaceTrust ? [] : ["--disable-workspace-trust"];
  const shared = [...folders, ...trust, "--disable-telemetry"];
  const port = String(options.port ?? 0);
  const own =
    options.entry === "code-server"
      ? ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-update-check"]
      : [
          ...["--host", "127.0.0.1", "--port", port, "--accept-server-license-terms"],
          ...(options.token ? ["--connection-token", options.token] : ["--without-connection-token"]),
          ...["--server-data-dir", join(options.home, "server")],
          ...(options.automation ? ["--enable-smoke-test-driver"] : []),
        ];
  const server = start(
    process.execPath,
    [await programOf(options.entry, options.say), ...shared, ...own],
    environment(options.home, options.env),
  );
  try {
    const port = await until(
      () => {
        if (!server.running()) throw new Error(`VS Code's server ended\n${server.output()}`);
        const [, listening] = LISTENS[options.entry ?? "server"].exec(server.output()) ?? [];
        return Number(listening ?? 0);
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
export async function installVsix(
  vsix: string,
  extensionsDir: string,
  home: string,
  entry: Entry = "server",
): Promise<void> {
  const folders = ["--extensions-dir", extensionsDir, "--user-data-dir", join(home, "user-data")];
  const own =
    entry === "server" ? ["--accept-server-license-terms", "--server-data-dir", join(home, "server")] : [];
  const installer = start(
    process.execPath,
    [await programOf(entry), "--install-extension", vsix, ...folders, ...own],
    environment(home),
  );
  try {
    await until(() => !installer.running(), { timeout: 60_000, what: "the extension to be installed" });
    if (installer.child.exitCode !== 0) throw new Error(`could not install ${vsix}\n${installer.output()}`);
  } finally {
    await installer.stop();
  }
}

async function programOf(entry: Entry = "server", say?: (line: string) => void): Promise<string> {
  const server = await obtainVSCode(say);
  return entry === "server"
    ? join(server, "out", "server-main.js")
    : join(server, "..", "..", "out", "node", "entry.js");
}

/** @param home where code-server keeps its own configuration */
function environment(home: string, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const cleared = Object.fromEntries(foreign.map((name) => [name, undefined]));
  const own = { CODE_SERVER_CONFIG: join(home, "code-server.yaml"), XDG_DATA_HOME: join(home, "data") };
  // An empty gallery: nothing is looked up outside this machine.
  return { ...cleared, ...own, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...env };
}
