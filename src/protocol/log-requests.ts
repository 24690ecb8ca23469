// What a log view asks of the thread that searches for it. Whoever passes it on does not check it, and needs none of this.
import * as z from "zod/mini";
import {
  instant,
  key,
  LONGEST_NAME,
  level,
  MOST_FIELDS,
  MOST_POINTS,
  MOST_ROWS,
  moment,
  text,
  whole,
} from "./log-view.ts";
import { LONGEST_ASKED } from "./suggestions.ts";

export const searchRequest = z.strictObject({
  /** The page's number for this search; answers and notices of earlier ones are out of date. */
  search: whole,
  query: text(LONGEST_ASKED),
  /** Of times in the query that tell none, by the IANA's name; absent: the machine's. */
  zone: z.optional(text(100)),
  /** Id of the sink whose index is searched; absent: the store of this computer. */
  index: z.optional(text(1_000)),
  since: z.optional(moment),
  until: z.optional(moment),
  /** What came after one instant, and was there at another. */
  after: z.optional(instant),
  upTo: z.optional(instant),
  sources: z.optional(z.array(text(1_000)).check(z.maxLength(1_000))),
  levels: z.optional(z.array(level).check(z.maxLength(7))),
  points: whole.check(z.gte(1), z.lte(MOST_POINTS)),
});

export const rowsRequest = z.strictObject({
  search: whole,
  /** A place, or as many places before the record of a key. */
  from: z.union([whole, z.strictObject({ key, before: whole.check(z.lte(MOST_ROWS)) })]),
  count: whole.check(z.lte(MOST_ROWS)),
  /** Fields that are shown; absent: none. */
  fields: z.optional(z.array(text(LONGEST_NAME)).check(z.maxLength(MOST_FIELDS))),
});

export const namesRequest = z.strictObject({ search: whole });
export const shownRequest = z.strictObject({ search: whole });

export const liveRequest = z.strictObject({ live: z.boolean() });
export const facetsRequest = z.strictObject({ on: z.boolean() });
/** @see LogCalls.trend */
export const trendRequest = z.strictObject({ field: z.optional(text(LONGEST_NAME)) });
