import { execFileSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { repository } from "./vscode-paths.ts";

/** What a clone does not bring, and what other tests use at the same time. */
const LEFT = /^(node_modules|dist|artefacts|\.git|\.cache|\.vscode-test)$/;

/** The extension file that `npm run package` makes, in a copy of the repository that is put into `folder`. */
export function packageExtension(folder: string): string {
  cpSync(repository, folder, {
    recursive: true,
    filter: (path) => dirname(path) !== repository || !LEFT.test(basename(path)),
  });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  execFileSync("npm", ["run", "package"], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
    shell: process.platform === "win32",
  });
  return join(folder, "dist", "log-monitor.vsix");
}
