import type { EtcdFigures } from "../model.ts";

/** A standing fault for those who look at the figures; undefined when etcd answers. */
export function etcdProblem({ state, error, since, kept }: EtcdFigures): string | undefined {
  if (state !== "down") return undefined;
  const stays = kept
    ? "what was kept of the last run is in force"
    : "what was last read there stays in force";
  return `${error ?? "etcd can't be reached"}: ${stays} (since ${new Date(since).toISOString()})`;
}
