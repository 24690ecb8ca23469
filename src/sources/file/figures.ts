import type { SourceState } from "../../model.ts";
import type { SourceRow } from "../source.ts";
import type { Follower } from "./follower.ts";
import type { Strays } from "./strays.ts";

export type FileRow = SourceRow;

/** What a file source is doing, as its state is told from it. */
export interface Doing {
  readonly paused: boolean;
  readonly started: boolean;
  readonly paths: ReadonlyMap<string, Follower>;
  readonly retired: ReadonlySet<Follower>;
  /** Files that left their place before they were read to their end. */
  readonly strays: Strays["unread"];
  /** Files that are left alone because they have not changed for `ignoreOlder` ms. */
  readonly dormant: ReadonlyMap<string, { readonly size: number }>;
  readonly ignoreOlder: number | undefined;
  /** Why a path can't be followed. */
  readonly troubles: ReadonlyMap<string, string>;
  /** Those of them that are left out because this engine writes them itself. */
  readonly leftOut: ReadonlySet<string>;
  /** The patterns given, and those of them that name one file. */
  readonly patterns: readonly string[];
  readonly literals: readonly string[];
}

/** One word for all files: watching if any is. */
export function stateOf(doing: Doing): { readonly state: SourceState; readonly reason?: string } {
  const { paused, started, paths, dormant, troubles, patterns } = doing;
  if (paused) return { state: "paused" };
  const all = [...paths.values()];
  if (all.some((one) => one.state === "watching")) return { state: "watching" };
  const reason = [...troubles.values()][0] ?? all.find((one) => one.reason)?.reason;
  if (reason !== undefined) return { state: "failed", reason };
  if (dormant.size > 0) return { state: "waiting", reason: asleep(doing) };
  return { state: started ? "waiting" : "starting", reason: `no file matches ${patterns.join(", ")} yet` };
}

/** A row for each file that is read, can't be read, or is waited for. */
export function rowsOf(doing: Doing): FileRow[] {
  const { paused, paths, retired, strays, dormant, troubles, leftOut, literals } = doing;
  const rows = [...paths].map(([path, one]) => figuresOf(path, one));
  for (const one of retired) rows.push(leaving(figuresOf(one.generation.path, one)));
  for (const [generation, { reason, size }] of strays) {
    const { path, id, offset } = generation;
    if (troubles.has(path) || paths.get(path)?.generation === generation) continue;
    const why = `not read to its end, looked for again: ${reason}`;
    rows.push({ path, generation: id, state: "failed", reason: why, offset, size: Math.max(size, offset) });
  }
  for (const [path, reason] of troubles) {
    if (paths.has(path)) continue;
    const own = leftOut.has(path) && { leftOut: true as const };
    rows.push({ path, state: "failed", reason, ...own, offset: 0, size: 0 });
  }
  for (const path of literals) {
    if (paths.has(path) || troubles.has(path)) continue;
    rows.push({
      path,
      state: paused ? "paused" : "waiting",
      reason: dormant.has(path) ? asleep(doing) : "the file does not exist yet",
      offset: 0,
      size: dormant.get(path)?.size ?? 0,
    });
  }
  return rows;
}

function asleep({ dormant, ignoreOlder = 0 }: Doing): string {
  const [files, they] =
    dormant.size === 1 ? ["1 file has", "it is"] : [`${dormant.size} files have`, "they are"];
  return `${files} not changed for ${Math.round(ignoreOlder / 1000)} s (ignoreOlder): ${they} read on when that happens`;
}

/** A file that left its place is kept open, and its space on the disk taken, until it is read to its end. */
function leaving(row: FileRow): FileRow {
  if (row.reason !== undefined) return row;
  const rest = Math.max(0, row.size - row.offset);
  const what = rest > 0 ? `${rest} bytes of it are not read yet` : "all of it is read";
  return { ...row, reason: `renamed or removed: kept open until it has been quiet for ten seconds; ${what}` };
}

function figuresOf(path: string, follower: Follower): FileRow {
  const { generation, state, reason, position, size, lastRead, cutLines } = follower;
  return {
    path,
    generation: generation.id,
    state: state satisfies SourceState,
    ...(reason !== undefined && { reason }),
    offset: position,
    size,
    ...(lastRead !== undefined && { lastRead }),
    ...(cutLines > 0 && { cutLines }),
  };
}
