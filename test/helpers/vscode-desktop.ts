import { join } from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { repository } from "./vscode-paths.ts";

/**
 * The executable of desktop VS Code: the one LOG_MONITOR_VSCODE names, or where there is a display the one
 * `@vscode/test-electron` downloads into the cache. Undefined where there is neither.
 */
export async function desktopVSCode(say: (line: string) => void): Promise<string | undefined> {
  const named = process.env.LOG_MONITOR_VSCODE;
  if (named) return named;
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (process.platform === "linux" && !display) return undefined;
  try {
    return await downloadAndUnzipVSCode({ cachePath: join(repository, ".vscode-test"), timeout: 30_000 });
  } catch (error) {
    say(`Desktop VS Code cannot be had (${error}); taking its web build`);
    return undefined;
  }
}
