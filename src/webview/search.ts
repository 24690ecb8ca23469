import type { Series } from "../protocol/engine.ts";
import type { LevelChoice, LogTarget } from "../protocol/log-view.ts";
import type { Span } from "./span.ts";

/** What the lines behind a part of a chart have in common; an empty one: they are all lines. */
export interface Search {
  readonly source?: string | undefined;
  readonly query?: string;
  readonly levels?: readonly LevelChoice[];
}

const PLAIN = /^[A-Za-z_@$][\w.@$-]*$/;

/** A field as a query names it. */
export function fieldName(name: string): string {
  return PLAIN.test(name) ? name : quoted(name);
}

/** A text as a query has it that looks for the very same. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** How far (s) the times in lines may be from when they were read, and still be of the same window. */
const SLACK = 5;

/**
 * The lines that were read within a span, as the log view is asked for them: it goes by the times in the lines,
 * which for an old log are others by far. A span that ends now stays one that does.
 */
export function targetOf(
  search: Search,
  {
    series,
    span,
    live,
  }: { readonly series: Series | undefined; readonly span: Span; readonly live?: number },
): LogTarget {
  const { source, query, levels } = search;
  const told = {
    ...(source !== undefined && { source }),
    ...(query !== undefined && { query }),
    ...(levels && { levels: [...levels] }),
  };
  const slack = Math.max(SLACK, span.until - span.from);
  let near = true;
  let [since, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const own of timesIn(series, source, span)) {
    const overlaps = own.until >= span.from - slack && own.from <= span.until + slack;
    near &&= overlaps;
    since = Math.min(since, overlaps ? Math.max(own.from, span.from - slack) : own.from);
    until = Math.max(until, overlaps ? Math.min(own.until, span.until + slack) : own.until);
  }
  if (near && live !== undefined) return { ...told, range: { kind: "last", seconds: live } };
  const [from, end] = since <= until ? [since, until] : [span.from, span.until];
  // The last moment counts too.
  const range = {
    kind: "between",
    since: Math.floor(from * 1000),
    until: Math.ceil(end * 1000) + 1,
  } as const;
  return { ...told, range };
}

/** The times that each source's lines of a span tell, in seconds since the epoch. */
function timesIn(series: Series | undefined, source: string | undefined, { from, until }: Span): Span[] {
  if (!series) return [];
  const { times, step } = series;
  return Object.entries(series.sources).flatMap(([id, { first, last }]): Span[] => {
    if (source !== undefined && id !== source) return [];
    let own: Span | undefined;
    for (const [i, time] of times.entries()) {
      const [begin, end] = [first[i] ?? null, last[i] ?? null];
      if (time + step <= from || time >= until || begin === null || end === null) continue;
      own = {
        from: Math.min(own?.from ?? Number.POSITIVE_INFINITY, begin / 1000),
        until: Math.max(own?.until ?? Number.NEGATIVE_INFINITY, end / 1000),
      };
    }
    return own ? [own] : [];
  });
}
