import { isDeepStrictEqual } from "node:util";
import type { Config, Diff, PartDiff } from "./config.ts";

/** What an edit touches: pure set arithmetic over ids and deep equality of what they mean. */
export function diffConfig(old: Config | undefined, next: Config): Diff {
  return {
    sources: diffParts(old?.sources ?? new Map(), next.sources),
    sinks: diffParts(old?.sinks ?? new Map(), next.sinks),
    monitor: !old || !isDeepStrictEqual(old.monitor, next.monitor),
    spool: !old || !isDeepStrictEqual(old.spool, next.spool),
  };
}

function diffParts(old: ReadonlyMap<string, unknown>, next: ReadonlyMap<string, unknown>): PartDiff {
  const ids = [...next.keys()];
  const kept = ids.filter((id) => old.has(id));
  return {
    added: ids.filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !next.has(id)),
    changed: kept.filter((id) => !isDeepStrictEqual(old.get(id), next.get(id))),
    unchanged: kept.filter((id) => isDeepStrictEqual(old.get(id), next.get(id))),
  };
}
