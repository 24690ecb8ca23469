import type { FileFigures, SourceState } from "../../model.ts";
import type { Follower } from "./follower.ts";

export type FileRow = Pick<
  FileFigures,
  "path" | "state" | "reason" | "offset" | "size" | "lastRead" | "cutLines"
>;

/** What a file source is doing, as its state is told from it. */
export interface Doing {
  readonly paused: boolean;
  readonly started: boolean;
  readonly paths: ReadonlyMap<string, Follower>;
  readonly retired: ReadonlySet<Follower>;
  /** Why a path can't be followed. */
  readonly troubles: ReadonlyMap<string, string>;
  /** The patterns given, and those of them that name one file. */
  readonly patterns: readonly string[];
  readonly literals: readonly string[];
}

/** One word for all files: watching if any is. */
export function stateOf({ paused, started, paths, troubles, patterns }: Doing): {
  readonly state: SourceState;
  readonly reason?: string;
} {
  if (paused) return { state: "paused" };
  const all = [...paths.values()];
  if (all.some((one) => one.state === "watching")) return { state: "watching" };
  const reason = [...troubles.values()][0] ?? all.find((one) => one.reason)?.reason;
  if (reason !== undefined) return { state: "failed", reason };
  return { state: started ? "waiting" : "starting", reason: `no file matches ${patterns.join(", ")} yet` };
}

/** A row for each file that is read, can't be read, or is waited for. */
export function rowsOf({ paused, paths, retired, troubles, literals }: Doing): FileRow[] {
  const rows = [...paths].map(([path, one]) => figuresOf(path, one));
  for (const one of retired) rows.push(figuresOf(one.generation.path, one));
  for (const [path, reason] of troubles) {
    if (!paths.has(path)) rows.push({ path, state: "failed", reason, offset: 0, size: 0 });
  }
  for (const path of literals) {
    if (paths.has(path) || troubles.has(path)) continue;
    rows.push({
      path,
      state: paused ? "paused" : "waiting",
      reason: "the file does not exist yet",
      offset: 0,
      size: 0,
    });
  }
  return rows;
}

function figuresOf(path: string, { state, reason, position, size, lastRead, cutLines }: Follower): FileRow {
  return {
    path,
    state: state satisfies SourceState,
    ...(reason !== undefined && { reason }),
    offset: position,
    size,
    ...(lastRead !== undefined && { lastRead }),
    ...(cutLines > 0 && { cutLines }),
  };
}
