import type * as vscode from "vscode";
import { type Past, past, pasts, remember } from "../protocol/past.ts";

const KEY = "logMonitor.asked";

/** Queries that were asked in log views of this workspace, the newest last. */
export interface QueryHistory {
  all(): readonly Past[];
  /** @throws what is no query */
  add(asked: unknown): Promise<void>;
}

export function createQueryHistory(kept: Pick<vscode.Memento, "get" | "update">): QueryHistory {
  const all = (): readonly Past[] => {
    const found = pasts.safeParse(kept.get(KEY));
    return found.success ? found.data : [];
  };
  return {
    all,
    async add(asked) {
      await kept.update(KEY, remember(all(), past.parse(asked)));
    },
  };
}
