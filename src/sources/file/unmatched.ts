import { stat } from "node:fs/promises";
import { join } from "node:path";
import { silent } from "../../lib/log.ts";
import type { Unmatched } from "../source.ts";
import { createDiscovery } from "./discovery.ts";
import { createMatcher } from "./paths.ts";

/** The patterns that no file matches at present, with the folder that was looked in. Watches nothing. */
export async function unmatchedIn(
  patterns: readonly string[],
  exclude: readonly string[],
): Promise<readonly Unmatched[]> {
  const found: Unmatched[] = [];
  for (const pattern of patterns) {
    const matcher = createMatcher([pattern], exclude);
    const discovery = createDiscovery(matcher, () => {}, silent);
    try {
      const files = await discovery.scan();
      if (files.length > 0) continue;
      const [path] = matcher.literals;
      const named = path === undefined ? undefined : await stat(path).catch(() => undefined);
      const reason = path !== undefined && named?.isDirectory() ? folderNamed(path) : undefined;
      found.push({ pattern, folder: matcher.roots[0] ?? "", ...(reason !== undefined && { reason }) });
    } finally {
      await discovery.close();
    }
  }
  return found;
}

/** What to write in place of a folder's path, in which nothing would ever be read. */
export function folderNamed(path: string): string {
  return `${path} is a folder: write ${join(path, "*.log")} for the logs in it`;
}
