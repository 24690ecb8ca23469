import * as z from "zod/mini";

/** Most that are offered at once. */
export const MOST_SUGGESTIONS = 20;

/** So long a query is asked for all the same (UTF-16 units): the language refuses it in words. */
export const LONGEST_ASKED = 1_000_000;

const asked = z.string().check(z.maxLength(LONGEST_ASKED));
const whole = z.number().check(z.int(), z.nonnegative());

/** What could be written at a place of a query, which need not be whole yet. */
export const suggestRequest = z.strictObject({ query: asked, at: whole });

export const suggestions = z.object({
  /** The stretch of the query that is replaced. */
  from: whole,
  until: whole,
  options: z
    .array(
      z.object({
        kind: z.enum(["field", "value", "operator"]),
        /** What people read. */
        label: z.string(),
        /** What is written in its place: it parses, and means the label. */
        text: z.string(),
        /** How many records have the value, of those that were looked at. */
        count: z.optional(whole),
      }),
    )
    .check(z.maxLength(MOST_SUGGESTIONS)),
  /** Records that the counts are of, when not all were looked at. */
  sampled: z.optional(whole),
});

export type SuggestRequest = z.infer<typeof suggestRequest>;
export type Suggestions = z.infer<typeof suggestions>;
export type Suggestion = Suggestions["options"][number];
