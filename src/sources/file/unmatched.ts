import { stat } from "node:fs/promises";
import { join } from "node:path";
import { silent } from "../../lib/log.ts";
import type { Unmatched } from "../source.ts";
import { packedReason } from "./compressed.ts";
import { createDiscovery } from "./discovery.ts";
import { createMatcher } from "./paths.ts";

/** The patterns that no file to be read matches at present, with the folder that was looked in. Watches nothing. */
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
      let reason = files.length > 0 ? undefined : await unfitness(matcher.literals[0]);
      for (const file of files) {
        reason = await packedReason(file);
        if (reason === undefined) break;
      }
      if (files.length > 0 && reason === undefined) continue;
      found.push({ pattern, folder: matcher.roots[0] ?? "", ...(reason !== undefined && { reason }) });
    } finally {
      await discovery.close();
    }
  }
  return found;
}

/** What to write in place of a folder's path, in which nothing would ever be read. */
function folderNamed(path: string): string {
  return `${path} is a folder: write ${join(path, "*.log")} for the logs in it`;
}

/** Why nothing is read of what a path names, and what to write instead. */
export async function unfitness(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? folderNamed(path) : packedReason(path);
}
