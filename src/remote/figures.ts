import { z } from "zod";
import { LEVELS } from "../model.ts";
import { type Histogram, stepFor } from "../store/window-histogram.ts";
import { and, type Clause } from "./clause.ts";
import { hasLevel } from "./compile.ts";
import type { Mapping } from "./mapping.ts";
import type { RemoteSearch } from "./search.ts";

/** What there is of a search at a moment. */
export interface Figures {
  /** Hits, of how many documents within range and sources. */
  readonly count: number;
  readonly total: number;
  /** What matches but for its level, by LEVELS and then without any. */
  readonly levels: readonly number[];
  readonly sources: readonly string[];
  readonly histogram: Histogram;
  /** Hits by step of time, those without any left out; of documents without a time one step has them all. */
  readonly steps: readonly Step[];
}

export interface Step {
  /** From this moment on (ms since the epoch), for so long (ms). */
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

const SOURCES = 1000;
const STATUSES = 5;

const bucketed = z.object({ buckets: z.array(z.object({ doc_count: z.number() })) });
const overview = z.object({
  from: z.object({ value: z.number().nullable() }).optional(),
  until: z.object({ value: z.number().nullable() }).optional(),
  sources: z
    .object({ names: z.object({ buckets: z.array(z.object({ key: z.coerce.string() })) }) })
    .optional(),
});
const counts = z.object({
  levels: bucketed,
  hits: z.object({
    doc_count: z.number(),
    steps: z
      .object({
        buckets: z.array(
          z.object({ key: z.number(), doc_count: z.number(), levels: bucketed, statuses: bucketed }),
        ),
      })
      .optional(),
    levels: bucketed.optional(),
    statuses: bucketed.optional(),
  }),
});

/** @param points most steps of the histogram */
export async function lookUp(search: RemoteSearch, points: number): Promise<Figures> {
  const { mapping, base, query, levels } = search;
  const { layout } = mapping;
  const time = mapping.at(layout.time)?.path;
  const source = mapping.at(layout.source)?.counted;
  const first = await search.ask({
    size: 0,
    track_total_hits: true,
    query: base,
    aggs: {
      ...(time !== undefined && { from: { min: { field: time } }, until: { max: { field: time } } }),
      ...(source !== undefined && {
        sources: {
          global: {},
          aggs: { names: { terms: { field: source, size: SOURCES, order: { _key: "asc" } } } },
        },
      }),
    },
  });
  const { from, until, sources } = overview.parse(first.aggregations ?? {});
  const [begin, end] = [from?.value ?? 0, until?.value ?? 0];
  const step = stepFor(begin, end, points);
  const classes = classesOf(mapping);
  const steps =
    time === undefined ? undefined : { field: time, fixed_interval: `${step}ms`, min_doc_count: 1 };
  const second = await search.ask({
    size: 0,
    track_total_hits: false,
    query,
    aggs: {
      levels: classes.levels,
      hits: { filter: levels, aggs: steps ? { steps: { date_histogram: steps, aggs: classes } } : classes },
    },
  });
  const { levels: byLevel, hits } = counts.parse(second.aggregations);
  const buckets = steps
    ? (hits.steps?.buckets ?? [])
    : [{ key: 0, doc_count: hits.doc_count, levels: hits.levels, statuses: hits.statuses }];
  const list = buckets.filter(({ doc_count: count }) => count > 0);
  return {
    count: hits.doc_count,
    total: first.total,
    levels: countsOf(byLevel),
    sources: (sources?.names.buckets ?? []).map(({ key }) => key),
    histogram: histogramOf(list, begin, end, step),
    steps: list.map(({ key, doc_count: count }) => ({ start: key, width: steps ? step : 1, count })),
  };
}

interface Bucket {
  readonly key: number;
  readonly levels?: z.output<typeof bucketed> | undefined;
  readonly statuses?: z.output<typeof bucketed> | undefined;
}

function histogramOf(buckets: readonly Bucket[], begin: number, end: number, step: number): Histogram {
  const low = Math.min(begin, ...buckets.map(({ key }) => key));
  const high = Math.max(end, ...buckets.map(({ key }) => key));
  const start = Math.floor(low / step);
  const length = Math.floor(high / step) - start + 1;
  const classes = Array.from({ length: LEVELS.length + 1 + STATUSES + 1 }, (): number[] => []);
  for (const { key, levels, statuses } of buckets) {
    const at = Math.floor(key / step) - start;
    for (const [kind, count] of [...countsOf(levels), ...countsOf(statuses)].entries()) {
      const column = classes[kind];
      if (count === 0 || !column) continue;
      if (column.length === 0) column.push(...Array.from({ length }, () => 0));
      column[at] = (column[at] ?? 0) + count;
    }
  }
  return { start: start * step, step, classes };
}

const countsOf = (told: z.output<typeof bucketed> | undefined): number[] =>
  (told?.buckets ?? []).map(({ doc_count: count }) => count);

/** Documents by level, and by the hundreds of their status; what is in no class comes last. */
function classesOf(mapping: Mapping): Readonly<Record<"levels" | "statuses", object>> {
  const filters = (clauses: readonly Clause[]) => ({ filters: { filters: clauses, other_bucket: true } });
  const [status] = mapping.named("status").filter(({ kind }) => kind === "whole" || kind === "decimal");
  const statuses = Array.from({ length: STATUSES }, (_, i): Clause => {
    const low = 100 * (i + 1);
    return status ? { range: { [status.path]: { gte: low, lt: low + 100 } } } : { match_none: {} };
  });
  return {
    levels: filters(LEVELS.map((level) => and([hasLevel(mapping, [level])]))),
    statuses: filters(statuses),
  };
}

const stepped = z.object({
  steps: z.object({ buckets: z.array(z.object({ key: z.number(), doc_count: z.number() })) }),
});

/** Hits of a query by narrower steps of time (ms). */
export async function stepsWithin(
  search: RemoteSearch,
  field: string,
  query: Clause,
  width: number,
): Promise<readonly Step[]> {
  const { aggregations } = await search.ask({
    size: 0,
    track_total_hits: false,
    query,
    aggs: { steps: { date_histogram: { field, fixed_interval: `${width}ms`, min_doc_count: 1 } } },
  });
  return stepped
    .parse(aggregations)
    .steps.buckets.map(({ key, doc_count: count }) => ({ start: key, width, count }));
}
