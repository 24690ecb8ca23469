import type { Config } from "../config/config.ts";
import type { Loaded } from "../config/parse.ts";

/** A refused part keeps its old definition in force; everything else is as newly configured. */
export function keepRefused(next: Config, old: Config | undefined, refused: Iterable<string>): Config {
  const names = [...refused];
  if (old && names.includes("*")) return old;
  const sources = new Map(next.sources);
  const sinks = new Map(next.sinks);
  for (const name of names) {
    const [kind, ...rest] = name.split(".");
    const id = rest.join(".");
    const source = old?.sources.get(id);
    const sink = old?.sinks.get(id);
    if (kind === "sources" && source) sources.set(id, source);
    if (kind === "sinks" && sink) sinks.set(id, sink);
  }
  return {
    ...next,
    sources,
    sinks,
    ...(old && names.includes("monitor") && { monitor: old.monitor }),
    ...(old && names.includes("spool") && { spool: old.spool }),
    ...(old && names.includes("dataDir") && { dataDir: old.dataDir }),
  };
}

/**
 * The sinks whose place in the spool is kept: those that run, and those that the configuration names though they
 * can't run at present. Undefined when it can't be told which it names.
 */
export function sinksOf(
  next: Config,
  { issues, refused, etcd }: Pick<Loaded, "issues" | "refused" | "etcd">,
): string[] | undefined {
  if (refused.includes("*") || etcd?.unknown) return undefined;
  // Nothing of it is known where the workspace is not trusted.
  if (!etcd && issues.some(({ path }) => path[0] === "etcd")) return undefined;
  const named = issues.filter(({ path }) => path[0] === "sinks" || path.length === 0);
  if (named.some(({ path }) => path.length < 2) || issues.some(({ path }) => path[0] === "configFile"))
    return undefined;
  const parked = refused
    .filter((name) => name.startsWith("sinks."))
    .map((name) => name.slice("sinks.".length));
  return [...next.sinks.keys(), ...named.map(({ path }) => String(path[1])), ...parked];
}
