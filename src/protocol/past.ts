import * as z from "zod/mini";

/** So many queries are remembered, of so many characters at most. */
const REMEMBERED = 50;
const LONGEST = 10_000;

/** A query that was asked, and the sink in whose index; absent: in the store of this computer. */
export const past = z.object({
  query: z.string().check(z.maxLength(LONGEST)),
  index: z.optional(z.string().check(z.maxLength(1_000))),
});
export type Past = z.infer<typeof past>;
export const pasts = z.array(past);

/** A query that was asked moves to the end of the history. */
export function remember(history: readonly Past[], asked: Past): readonly Past[] {
  if (asked.query.trim() === "") return history;
  const others = history.filter(({ query, index }) => query !== asked.query || index !== asked.index);
  return [...others, asked].slice(-REMEMBERED);
}
