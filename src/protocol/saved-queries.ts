import * as z from "zod/mini";
import { LEVELS } from "../model.ts";

const text = (most: number) => z.string().check(z.maxLength(most));
const instant = text(40).check(z.refine((value) => !Number.isNaN(Date.parse(value)), "is no time"));

/** The last so much time, or from one moment up to another. */
const range = z.union([
  text(12).check(z.regex(/^[1-9]\d{0,8}[smhd]$/)),
  z.strictObject({ since: instant, until: instant }),
]);

/** A search as it stands in the setting `logMonitor.queries`: its query alone, or with what else narrows it. */
export const savedQuery = z.union([
  text(10_000),
  z.strictObject({
    query: z.optional(text(10_000)),
    levels: z.optional(z.array(z.enum([...LEVELS, "none"])).check(z.maxLength(7))),
    sources: z.optional(z.array(text(1_000)).check(z.maxLength(1_000))),
    range: z.optional(range),
  }),
]);

/** By name. */
export const savedQueries = z.record(z.string(), savedQuery);
export const namedQueries = z.array(z.object({ name: z.string(), query: savedQuery }));
export const pickRequest = z.strictObject({ now: savedQuery });

export type SavedQuery = z.infer<typeof savedQuery>;
export type NamedQuery = z.infer<typeof namedQueries>[number];

/** What of a setting is a query; the rest its editor marks. */
export function readSavedQueries(setting: unknown): NamedQuery[] {
  if (typeof setting !== "object" || setting === null) return [];
  return Object.entries(setting).flatMap(([name, value]) => {
    const { success, data } = savedQuery.safeParse(value);
    return success ? [{ name, query: data }] : [];
  });
}
