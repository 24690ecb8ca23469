import type { ConfigIssue } from "../protocol/engine.ts";
import type { Origin } from "./collect.ts";
import type { EtcdValue } from "./etcd-client.ts";
import { type Kept, readKept } from "./etcd-kept.ts";
import type { EtcdOptions } from "./etcd-options.ts";
import { type EtcdItem, readValues } from "./etcd-values.ts";
import type { Chain } from "./legacy.ts";

/**
 * Gets at what the keys hold at present; undefined when etcd can't be reached.
 * @param secrets that options hold, whatever they are called
 */
export type ReadEtcd = (
  options: EtcdOptions,
  baseDir: string,
  secrets?: readonly string[],
) => Promise<readonly EtcdValue[] | undefined>;

/** What etcd says of the configuration, or what it last said. */
export interface EtcdLayer {
  readonly origin: Origin;
  readonly items: readonly EtcdItem[];
  readonly issues: readonly ConfigIssue[];
  /** Whether etcd was reached, at any time since it is followed. */
  readonly reached: boolean;
  /** What it defines may be more than `items`: it was not reached and nothing is kept, or a key can't be read. */
  readonly unknown: boolean;
  /** What was last good of an item, like `sources.access`. */
  older(name: string): EtcdItem | undefined;
  /** What is to be kept, when these of the items are good; undefined when there is nothing new to keep. */
  keep(good: (name: string) => boolean): Kept | undefined;
}

/**
 * @param baseDir where relative paths are taken from: the place that names etcd
 * @param dataDir keeps what was last good
 * @param chain what the configuration file says of the way of the old list's lines
 */
export async function readEtcdLayer(
  options: EtcdOptions,
  baseDir: string,
  dataDir: string,
  read: ReadEtcd,
  chain?: Chain,
): Promise<EtcdLayer> {
  const at = options.key ?? options.prefix ?? "";
  const values = await read(options, baseDir);
  const kept = readKept(dataDir, at)?.items ?? [];
  const older = new Map(kept.map((item) => [nameOf(item), item]));
  const found = values && readValues(values, options, chain);
  const lost = new Set(found?.unreadable);
  const rescued = kept.filter(({ key }) => lost.has(key));
  const keys = new Set(rescued.map(({ key }) => key));
  const items = found ? [...found.items.filter(({ key }) => !keys.has(key)), ...rescued] : kept;
  const of = (kind: EtcdItem["kind"]): object =>
    Object.fromEntries(items.filter((item) => item.kind === kind).map(({ id, value }) => [id, value]));
  const issues: ConfigIssue[] = (found?.issues ?? []).map((issue) => ({ ...issue, origin: "etcd" }));
  if (values?.length === 0) {
    const message = `etcd holds nothing there (${at}): put a source there, or correct it`;
    issues.push({
      severity: "warning",
      message,
      path: ["etcd", options.key ? "key" : "prefix"],
      origin: "etcd",
    });
  }
  return {
    origin: {
      document: undefined,
      layer: { origin: "etcd", baseDir, values: { sources: of("sources"), sinks: of("sinks") } },
      keys: new Map(items.map((item) => [nameOf(item), item.key])),
    },
    items,
    issues,
    reached: found !== undefined,
    unknown: found ? [...lost].some((key) => !keys.has(key)) : kept.length === 0,
    older: (name) => older.get(name),
    keep(good) {
      if (!found) return undefined;
      const best = (item: EtcdItem): EtcdItem[] => {
        const last = older.get(nameOf(item));
        return good(nameOf(item)) ? [item] : last ? [last] : [];
      };
      return { at, items: items.flatMap(best) };
    },
  };
}

const nameOf = ({ kind, id }: EtcdItem): string => `${kind}.${id}`;
