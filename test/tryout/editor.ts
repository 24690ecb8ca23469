import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { desktopVSCode } from "../helpers/vscode-desktop.ts";
import { repository } from "../helpers/vscode-paths.ts";
import { start } from "../helpers/vscode-process.ts";
import { startVSCode, writeUserSettings } from "../helpers/vscode-server.ts";
import type { Demo } from "./demo.ts";

/** VS Code with the extension, open on the demo or waiting to be opened. */
export interface Editor {
  /** Where a browser finds it; undefined when it has a window of its own. */
  address: string | undefined;
  running(): boolean;
  output(): string;
  stop(): Promise<void>;
}

/** Opens desktop VS Code on the demo where there is one, else serves its web build. */
export async function openEditor({ home, workspace }: Demo, say: (line: string) => void): Promise<Editor> {
  const userDataDir = join(home, "user-data");
  const extensionsDir = join(home, "extensions");
  const desktop = await desktopVSCode(say);
  installOpener(extensionsDir);
  if (desktop) {
    writeUserSettings(userDataDir);
    const editor = start(desktop, [
      workspace,
      `--extensionDevelopmentPath=${repository}`,
      `--user-data-dir=${userDataDir}`,
      `--extensions-dir=${extensionsDir}`,
      ...[
        "--new-window",
        "--skip-welcome",
        "--skip-release-notes",
        "--disable-workspace-trust",
        "--disable-updates",
      ],
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ]);
    return { ...editor, address: undefined };
  }
  install(extensionsDir);
  // The window can run commands as this user, so only whoever reads this terminal may open it.
  const server = await startVSCode({ home, userDataDir, extensionsDir, token: randomUUID(), say });
  return { ...server, address: server.address(workspace) };
}

/** Puts the built extension where VS Code finds installed ones. */
function install(extensionsDir: string): void {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const target = join(extensionsDir, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  mkdirSync(target, { recursive: true });
  const texts = readdirSync(repository).filter((name) => /^package\.nls(\..+)?\.json$/.test(name));
  for (const name of ["package.json", ...texts, "l10n", "dist", "docs", "media", "README.md", "LICENSE"]) {
    cpSync(join(repository, name), join(target, name), {
      recursive: true,
      filter: (path) => relative(repository, path) !== join("dist", "test"),
    });
  }
}

/** Adds what opens the container and the dashboard in the demo's first window. */
function installOpener(extensionsDir: string): void {
  const opener = join(import.meta.dirname, "opener");
  const { publisher, name, version } = JSON.parse(readFileSync(join(opener, "package.json"), "utf8"));
  cpSync(opener, join(extensionsDir, `${publisher}.${name}-${version}`), { recursive: true });
}
