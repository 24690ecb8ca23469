import type { EtcdFigures } from "../model.ts";

/** A standing fault for those who look at the figures; undefined when etcd is well. */
export function etcdProblem({ state, error, since, kept, refused, at }: EtcdFigures): string | undefined {
  if (state === "down") {
    const stays = kept
      ? "what was kept of the last run is in force"
      : "what was last read there stays in force";
    return `${error ?? "etcd can't be reached"}: ${stays} (since ${new Date(since).toISOString()})`;
  }
  if (refused.length === 0) return undefined;
  return `etcd (${at}): refused is what is in ${refused.join(", ")}: what was there before stays in force`;
}
