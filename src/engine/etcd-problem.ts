import type { EtcdFigures } from "../model.ts";

/** A standing fault for those who look at the figures; undefined when etcd answers. */
export function etcdProblem({ state, error, since, kept, nothing }: EtcdFigures): string | undefined {
  if (state !== "down") return undefined;
  let stays = "what was last read there stays in force";
  if (kept) stays = "what was kept of the last run is in force";
  if (nothing) stays = "nothing of it was ever kept, so that nothing of it runs";
  return `${error ?? "etcd can't be reached"}: ${stays} (since ${new Date(since).toISOString()})`;
}
