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
      if (files.length === 0) found.push({ pattern, folder: matcher.roots[0] ?? "" });
    } finally {
      await discovery.close();
    }
  }
  return found;
}
