import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./services/lock.ts";
import { repository } from "./vscode-paths.ts";

/** The npm package `code-server` holds the server and the web workbench of VS Code 1.139.1. */
const version = "4.139.1";
const cache = join(repository, ".vscode-test");
/** How long (ms) whoever needs it waits for another who fetches it. */
const PATIENCE = 10 * 60_000;

/**
 * Puts the web build of VS Code into the cache unless it is there, and returns its folder (the one with
 * `out/server-main.js`). Needs npm alone: install scripts are left out, the two modules the server must load
 * ship prebuilt, and its native log writer gives way to {@link file://./vscode-logger.cjs}. The folder appears
 * by a rename, so an interrupted install leaves nothing that counts as done.
 *
 * @throws with npm's output when npm fails.
 */
export async function obtainVSCode(say: (line: string) => void = () => {}): Promise<string> {
  const home = join(cache, `code-server-${version}`);
  if (!existsSync(home)) {
    await withLock(`${home}.lock`, PATIENCE, async () => {
      if (existsSync(home)) return;
      say(`Fetching VS Code's web build (code-server ${version}) from npm, once: about 20 s and 600 MB`);
      await install(home);
    });
  }
  return join(home, "node_modules", "code-server", "lib", "vscode");
}

async function install(home: string): Promise<void> {
  discardLeftovers();
  const folder = join(cache, `.installing-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    await npm(folder, "install", "--omit=optional", "--no-save", `code-server@${version}`);
    const server = join(folder, "node_modules", "code-server", "lib", "vscode");
    await npm(server, "install", "--omit=dev");
    await npm(join(server, "extensions"), "install", "--omit=dev");
    const native = join(server, "node_modules", "@vscode");
    copyFileSync(join(import.meta.dirname, "vscode-logger.cjs"), join(native, "spdlog", "index.js"));
    // Ends an extension host whose loop is blocked when its parent is gone; a timer of VS Code's does the rest.
    writeFileSync(join(native, "native-watchdog", "index.js"), "exports.start = () => {};\n");
    try {
      renameSync(folder, home);
    } catch (error) {
      // Another process of the same test run may have been first; its install is as good.
      if (!existsSync(home)) throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Removes the folders of installs whose process is gone. */
function discardLeftovers(): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const pid = Number(/^\.installing-(\d+)$/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  const own = process.env.npm_execpath;
  const command = own ? [process.execPath, own] : ["npm"];
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn(command[0] ?? "npm", [...command.slice(1), ...args, ...options], {
    cwd,
    env: withoutNpm(process.env),
    shell: !own && process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (output += data));
  const code = await new Promise((done) => child.on("error", done).on("close", done));
  if (code !== 0) throw new Error(`npm ${args.join(" ")} failed (${code})\n${output}`);
}

/** The environment without what an outer `npm run` says of its own package and without its options. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outer =
    /^(npm_(package|lifecycle|command|config_local_prefix|config_prefix|config_omit)|INIT_CWD|NODE_TEST)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}
