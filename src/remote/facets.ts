import { z } from "zod";
import type { FacetsTold } from "../protocol/log-view.ts";
import { type Clause, exists } from "./clause.ts";
import type { Mapped } from "./mapping.ts";
import type { RemoteSearch } from "./search.ts";

type Told = Omit<FacetsTold, "search" | "query">;
type Facet = FacetsTold["fields"][number];

/** Fields that are looked at for whether hits have them; those that most have are counted, and told of. */
const LOOKED = 200;
const TOLD = 40;
const VALUES = 10;

const having = z.record(z.string(), z.object({ doc_count: z.number() }));
const figure = z.number().nullish();
const counted = z.record(
  z.string(),
  z.object({
    doc_count: z.number(),
    values: z.object({
      doc_count_error_upper_bound: z.number().default(0),
      sum_other_doc_count: z.number().default(0),
      buckets: z.array(
        z.object({
          key: z.union([z.string(), z.number()]),
          key_as_string: z.string().optional(),
          doc_count: z.number(),
          doc_count_error_upper_bound: z.number().default(0),
        }),
      ),
    }),
    distinct: z.object({ value: z.number() }),
    stats: z.object({ count: z.number(), min: figure, max: figure }).optional(),
    parts: z.object({ values: z.record(z.string(), figure) }).optional(),
  }),
);

/** Which values the fields of the hits have, and how often, as the index counts them. */
export async function facetsOf(search: RemoteSearch, hits: number): Promise<Told> {
  const { mapping } = search;
  const { layout } = mapping;
  const own = (["level", "source", "file"] as const).flatMap((name) => {
    const mapped = mapping.at(layout[name]);
    return mapped ? [{ name: name as string, mapped }] : [];
  });
  const others = mapping.names.flatMap((name) => {
    const [mapped] = mapping.named(name);
    return mapped ? [{ name, mapped }] : [];
  });
  const all = [...own, ...others].filter(
    ({ mapped: { kind, counted: path } }) => path !== undefined && kind !== "date",
  );
  const looked = all.slice(0, LOOKED);
  const aggs = looked.map(({ mapped }, i) => [`f${i}`, { filter: hasValue(mapped) }] as const);
  const nothing = { counted: hits, hits, done: true, fields: [], others: 0 };
  if (aggs.length === 0) return nothing;
  const ask = async (asked: object): Promise<unknown> =>
    (await search.ask({ size: 0, track_total_hits: false, query: search.all, aggs: asked })).aggregations;
  const has = having.parse(await ask(Object.fromEntries(aggs)));
  const present = looked
    .map((field, i) => ({ ...field, count: has[`f${i}`]?.doc_count ?? 0 }))
    .filter(({ count }) => count > 0);
  const first = present.filter(({ mapped }) => own.some((one) => one.mapped === mapped));
  const rest = present.filter((field) => !first.includes(field)).sort((a, b) => b.count - a.count);
  const told = [...first, ...rest].slice(0, TOLD);
  if (told.length === 0) return nothing;
  const answer = counted.parse(
    await ask(
      Object.fromEntries(
        told.map(({ mapped }, i) => [`f${i}`, { filter: hasValue(mapped), aggs: valuesOf(mapped) }]),
      ),
    ),
  );
  const fields = told.flatMap(({ name, mapped }, i) => {
    const found = answer[`f${i}`];
    return found ? [facetOf(name, mapped, found)] : [];
  });
  return {
    counted: hits,
    hits,
    done: true,
    fields,
    others: present.length - told.length + all.length - looked.length,
  };
}

const hasValue = ({ counted: path = "" }: Mapped): Clause => exists(path);

const isNumber = ({ kind }: Mapped): boolean => kind === "whole" || kind === "decimal";

function valuesOf(mapped: Mapped): object {
  const field = mapped.counted;
  return {
    values: { terms: { field, size: VALUES, show_term_doc_count_error: true } },
    distinct: { cardinality: { field } },
    ...(isNumber(mapped) && {
      stats: { stats: { field } },
      parts: { percentiles: { field, percents: [50, 95, 99] } },
    }),
  };
}

function facetOf(name: string, mapped: Mapped, found: z.output<typeof counted>[string]): Facet {
  const { values, distinct, stats, parts, doc_count: records } = found;
  const exact = values.doc_count_error_upper_bound === 0;
  const part = (percent: string): number | undefined => parts?.values[percent] ?? undefined;
  const [p50, p95, p99] = [part("50.0"), part("95.0"), part("99.0")];
  const { count = 0, min, max } = stats ?? {};
  return {
    name,
    records,
    long: 0,
    // Of few values each is listed.
    ...(values.sum_other_doc_count > 0
      ? { distinct: Math.max(values.buckets.length + 1, distinct.value), rough: true }
      : { distinct: values.buckets.length }),
    more: false,
    exact,
    values: values.buckets.map(
      ({ key, key_as_string: text, doc_count, doc_count_error_upper_bound: missed }) => ({
        text: text ?? String(key),
        count: doc_count,
        missed,
      }),
    ),
    ...(isNumber(mapped) &&
      typeof min === "number" &&
      typeof max === "number" && {
        numbers: {
          count,
          min,
          max,
          rough: true,
          ...(p50 !== undefined && { p50 }),
          ...(p95 !== undefined && { p95 }),
          ...(p99 !== undefined && { p99 }),
        },
      }),
  };
}
