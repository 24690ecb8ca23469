import { open } from "node:fs/promises";
import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { type Exported, type ExportFormat, formatterOf } from "../lib/export-format.ts";
import { ENDLESS } from "../lib/http.ts";
import type { ExportProgress, Shown } from "../protocol/log-details.ts";
import type { Layout } from "../sinks/elastic-index.ts";
import { and, type Clause, hasAny } from "./clause.ts";
import { timeRange } from "./compile.ts";
import { orderOf } from "./order.ts";
import { type Hit, recordOf } from "./record.ts";
import type { RemoteSearch } from "./search.ts";

/** Documents of the first page; the next ones have what comes to so many characters, and at most so many documents. */
const FIRST = 50;
const PAGE = 2 << 20;
const MOST = 5_000;
/** Fields that are looked at for whether hits have them, and those that get a column of their own. */
const LOOKED = 500;
const MOST_COLUMNS = 200;
/** Between two notices of progress, in ms. */
const OFTEN = 100;

export interface RemoteExport {
  readonly search: RemoteSearch;
  readonly path: string;
  readonly format: ExportFormat;
  /** Only so many of the first. */
  readonly shown?: Shown | undefined;
}

/**
 * Writes what a search finds at this moment to a new file, in the order of its time: page by page, each from the last
 * document of the one before on, so that nothing is kept open at the server. What is later than the newest document
 * at the beginning is not waited for.
 * @param progress told several times a second
 * @throws what the server or the file system says, and then part of it is written
 */
export async function exportRemote(
  { search, path, format, shown }: RemoteExport,
  progress: (figures: ExportProgress) => void,
): Promise<ExportProgress> {
  const { layout } = search.mapping;
  const { total: found, query } = await beginning(search);
  const total = Math.min(found, shown?.count ?? found);
  const names = format === "csv" ? await columnsOf(search) : [];
  const { head, line } = formatterOf(format, names);
  const handle = await open(path, "wx");
  let [records, told] = [0, Number.NEGATIVE_INFINITY];
  const figures = (): ExportProgress => ({
    records,
    total: Math.max(total, records),
    missing: Math.max(0, total - records),
  });
  try {
    await handle.writeFile(head);
    // Without a time there is no newest: what comes meanwhile may stand anywhere.
    const most = layout.time === undefined || shown?.count !== undefined ? total : Number.POSITIVE_INFINITY;
    for await (const hits of pages(search, query)) {
      const wanted = hits.slice(0, most - records);
      await handle.writeFile(wanted.map((hit) => line(exported(hit, layout, format))).join(""));
      records += wanted.length;
      if (records >= most) break;
      if (performance.now() - told < OFTEN) continue;
      told = performance.now();
      progress({ ...figures(), missing: 0 });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return figures();
}

const newest = z.object({ newest: z.object({ value: z.number().nullable() }).optional() });

/** How many hits there are, and what asks for those alone. */
async function beginning(search: RemoteSearch): Promise<{ readonly total: number; readonly query: Clause }> {
  const time = search.mapping.at(search.mapping.layout.time)?.path;
  const { total, aggregations } = await search.ask({
    size: 0,
    track_total_hits: true,
    query: search.all,
    ...(time !== undefined && { aggs: { newest: { max: { field: time } } } }),
  });
  const last = newest.parse(aggregations ?? {}).newest?.value;
  if (time === undefined || typeof last !== "number") return { total, query: search.all };
  return { total, query: and([search.all, timeRange(time, "<=", Math.floor(last))]) };
}

/** All hits in their order. A page that is too large to be answered is asked for in smaller ones. */
async function* pages(search: RemoteSearch, query: Clause): AsyncGenerator<readonly Hit[]> {
  // Of one moment, file and offset may be documents of several machines.
  const own = orderOf(search.mapping).sort("asc");
  const sort = [...own.filter((one) => one !== "_doc"), { _index: "asc" }, { _seq_no: "asc" }];
  let [size, most] = [FIRST, MOST];
  let after: readonly unknown[] | undefined;
  for (;;) {
    let hits: readonly Hit[];
    try {
      const asked = { track_total_hits: false, query, sort, size, ...(after && { search_after: after }) };
      ({ hits } = await search.ask(asked));
    } catch (error) {
      if (size === 1 || !reasonOf(error).includes(ENDLESS)) throw error;
      most = size = Math.max(1, Math.floor(size / 10));
      continue;
    }
    if (hits.length > 0) yield hits;
    after = hits.at(-1)?.sort;
    if (hits.length < size || !after) return;
    const length = hits.reduce((sum, { _source }) => sum + roughly(_source), 0) / hits.length;
    size = Math.max(1, Math.min(most, 4 * size, Math.floor(PAGE / Math.max(1, length))));
    most = Math.min(MOST, 2 * most);
  }
}

/** About so many characters a value takes. */
function roughly(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + roughly(one), 0);
}

const having = z.record(z.string(), z.object({ doc_count: z.number() }));

/** The fields that hits have, those that most have when they are many. */
async function columnsOf(search: RemoteSearch): Promise<readonly string[]> {
  const { mapping } = search;
  const fields = mapping.names.slice(0, LOOKED).flatMap((name) => {
    const [mapped] = mapping.named(name);
    return mapped ? [{ name, mapped }] : [];
  });
  if (fields.length === 0) return [];
  const aggs = Object.fromEntries(
    fields.map(({ mapped }, i) => [`f${i}`, { filter: hasAny(mapped) }] as const),
  );
  const { aggregations } = await search.ask({ size: 0, track_total_hits: false, query: search.all, aggs });
  const found = having.parse(aggregations);
  return fields
    .map(({ name }, i) => ({ name, count: found[`f${i}`]?.doc_count ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_COLUMNS)
    .map(({ name }) => name)
    .sort();
}

function exported(hit: Hit, layout: Layout, format: ExportFormat): Exported {
  const record = recordOf(hit, layout);
  const own = new Map(Object.entries(layout.names).map(([name, path]) => [path, name]));
  return {
    ...record,
    ...(layout.time === undefined && { time: undefined }),
    ...(format === "csv" && { fields: leavesOf(record.fields, own) }),
  };
}

/**
 * Values by the names that the index has them under, as `deep.inner`.
 * @param own names of the layout's, by path
 */
export function leavesOf(
  fields: Readonly<Record<string, unknown>>,
  own: ReadonlyMap<string, string> = new Map(),
): Readonly<Record<string, unknown>> {
  const leaves = new Map<string, unknown>();
  const walk = (of: object, before: string): void => {
    for (const [name, value] of Object.entries(of)) {
      const path = before + name;
      const within = typeof value === "object" && value !== null && !Array.isArray(value);
      if (within && Object.keys(value).length > 0) walk(value, `${path}.`);
      else {
        const known = own.get(path) ?? path;
        leaves.set(leaves.has(known) ? path : known, value);
      }
    }
  };
  walk(fields, "");
  return Object.fromEntries(leaves);
}
