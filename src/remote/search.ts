import { z } from "zod";
import { UserError } from "../errors.ts";
import { LEVELS } from "../model.ts";
import type { SearchRequest } from "../protocol/log-view.ts";
import { Superseded } from "../protocol/superseded.ts";
import type { RemoteIndex } from "../sinks/elastic-index.ts";
import { and, type Clause, not, or } from "./clause.ts";
import { compileRemote, hasLevel, timed, timeRange } from "./compile.ts";
import type { Mapping } from "./mapping.ts";
import type { Hit } from "./record.ts";

const hit = z.object({
  _index: z.string(),
  _id: z.string(),
  _source: z.record(z.string(), z.unknown()).optional(),
  sort: z.array(z.unknown()).optional(),
});
const answer = z.object({
  hits: z.object({ total: z.object({ value: z.number() }).optional(), hits: z.array(hit).default([]) }),
  aggregations: z.unknown().optional(),
});

export interface Found {
  readonly total: number;
  readonly hits: readonly Hit[];
  readonly aggregations: unknown;
}

/** One search of an index, as its clauses, and the way to ask. */
export interface RemoteSearch {
  /** Of times in queries that tell none. */
  readonly zone: string | undefined;
  readonly mapping: Mapping;
  /** What is within range and sources, and has a time. */
  readonly base: Clause;
  /** What of it the query takes, whatever its level. */
  readonly query: Clause;
  readonly levels: Clause;
  /** All of it. */
  readonly all: Clause;
  /** @throws what the server says, that it gives no such answer, or Superseded when it was given up */
  ask(body: object): Promise<Found>;
}

/** Nothing of an answer is left out silently: where a part of the index fails, the search does. */
const SEARCH = "_search?ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false";

/** @throws UserError for what is wrong with the query, with the place marked */
export function createRemoteSearch(
  index: RemoteIndex,
  mapping: Mapping,
  { query, zone, since, until, sources, levels }: Omit<SearchRequest, "search" | "points">,
  signal: AbortSignal,
): RemoteSearch {
  const { layout } = mapping;
  const narrowed: Clause[] = [timed(mapping)];
  if (layout.time !== undefined && since !== undefined)
    narrowed.push(timeRange(layout.time, ">=", Math.ceil(since)));
  if (layout.time !== undefined && until !== undefined)
    narrowed.push(timeRange(layout.time, "<", Math.ceil(until)));
  const source = mapping.at(layout.source);
  if (sources) narrowed.push({ terms: { [source?.whole ?? layout.source]: sources } });
  const named = LEVELS.filter((level) => levels?.includes(level));
  const without = levels?.includes("none") ? [not(hasLevel(mapping, LEVELS))] : [];
  const chosen = levels ? or([hasLevel(mapping, named), ...without]) : and([]);
  const [base, asked] = [and(narrowed), compileRemote(query, mapping, zone)];
  return {
    zone,
    mapping,
    base,
    query: and([base, asked]),
    levels: chosen,
    all: and([base, asked, chosen]),
    async ask(body) {
      const told = await index.ask(SEARCH, body, signal).catch((error: unknown) => {
        // Whoever asked did not give it up.
        throw signal.aborted ? new Superseded() : error;
      });
      const read = answer.safeParse(told);
      if (!read.success)
        throw new UserError(`${index.place} does not answer like Elasticsearch or OpenSearch: check url`);
      const { hits, aggregations } = read.data;
      return { total: hits.total?.value ?? 0, hits: hits.hits, aggregations };
    },
  };
}
