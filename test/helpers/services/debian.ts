import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../vscode-paths.ts";
import { withLock } from "./lock.ts";

const minutes = 60_000;
const run = promisify(execFile);

/**
 * Debian's packages, unpacked into `.cache/<name>` (once, by one process at a time, without root).
 *
 * @param without folders of the packages that are not needed
 * @returns the folder
 * @throws where there is no Debian, or no such package
 */
export async function unpackPackages(
  name: string,
  packages: readonly string[],
  without: readonly string[] = [],
): Promise<string> {
  const cache = join(repository, ".cache");
  const home = join(cache, name);
  if (existsSync(home)) return home;
  return withLock(`${home}.lock`, 2 * minutes, async () => {
    if (existsSync(home)) return home;
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(`${home}.unpacking-`);
    try {
      await run("apt-get", ["download", ...packages], { cwd: folder, timeout: minutes });
      const root = join(folder, "root");
      for (const file of readdirSync(folder))
        if (file.endsWith(".deb")) await run("dpkg-deb", ["-x", file, root], { cwd: folder });
      for (const path of without) rmSync(join(root, path), { recursive: true, force: true });
      renameSync(root, home);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return home;
  });
}
