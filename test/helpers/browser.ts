import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { withLock } from "./services/lock.ts";
import { repository } from "./vscode-paths.ts";

/** How long (ms) whoever needs the browser waits for another who unpacks it. */
const PATIENCE = 5 * 60_000;

interface Executable {
  path: string;
  env: Record<string, string>;
}

/** Starts a headless Chromium: the one LOG_MONITOR_CHROME names, an installed one, else the one that npm brought. */
export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await findBrowser();
  return chromium.launch({
    executablePath: path,
    env: { ...(process.env as Record<string, string>), ...env },
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
  });
}

async function findBrowser(): Promise<Executable> {
  const named = process.env.LOG_MONITOR_CHROME;
  if (named) return { path: named, env: {} };
  const path = installed().find((candidate) => existsSync(candidate));
  return path ? { path, env: {} } : bundled();
}

function installed(): string[] {
  if (process.platform === "darwin") {
    const names = ["Google Chrome", "Chromium", "Microsoft Edge"];
    const folders = ["/Applications", join(homedir(), "Applications")];
    return folders.flatMap((folder) =>
      names.map((name) => join(folder, `${name}.app`, "Contents", "MacOS", name)),
    );
  }
  if (process.platform === "win32") {
    const roots = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].map(
      (name) => process.env[name] ?? "",
    );
    const places = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];
    return roots.filter(Boolean).flatMap((root) => places.map((place) => join(root, place)));
  }
  const names = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge"];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

/**
 * The headless Chromium inside the npm package `@sparticuz/chromium` (Linux on x64), unpacked once into the
 * cache. It comes with the shared libraries and fonts that a bare machine lacks.
 */
async function bundled(): Promise<Executable> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chrome, Chromium or Edge found; install one or name it in LOG_MONITOR_CHROME");
  }
  const manifest = join(repository, "node_modules", "@sparticuz", "chromium", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const home = join(repository, ".vscode-test", `chromium-${version}`);
  if (!existsSync(home)) {
    await withLock(`${home}.lock`, PATIENCE, async () => {
      if (!existsSync(home)) await unpack(home);
    });
  }
  const path = join(home, "chromium");
  const env: Record<string, string> = existsSync("/etc/fonts")
    ? {}
    : { FONTCONFIG_PATH: join(home, "fonts") };
  const complete = spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
  return { path, env: complete ? env : { ...env, LD_LIBRARY_PATH: join(home, "al2023", "lib") } };
}

/** Has the package unpack itself: it does so into the temporary folder, and everything only for a Lambda. */
async function unpack(home: string): Promise<void> {
  const folder = `${home}.unpacking-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    const script = 'import("@sparticuz/chromium").then((module) => module.default.executablePath())';
    const child = spawn(process.execPath, ["--eval", script], {
      cwd: repository,
      env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const code = await new Promise((done) => child.on("error", done).on("close", done));
    if (code !== 0) throw new Error(`Chromium could not be unpacked (${code})`);
    try {
      renameSync(folder, home);
    } catch (error) {
      if (!existsSync(home)) throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
