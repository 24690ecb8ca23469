import * as z from "zod/mini";
import { LEVELS } from "../model.ts";

const text = (most: number) => z.string().check(z.maxLength(most));
const told = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};
const moment = (description: string) => told(instant(), description);
const instant = () => text(40).check(z.refine((value) => !Number.isNaN(Date.parse(value)), "is no time"));

/** The last so much time, or from one moment up to another. */
const range = z.union([
  text(12).check(z.regex(/^[1-9]\d{0,8}[smhd]$/)),
  z.strictObject({
    since: moment("From this moment on: 2026-03-04T13:49:52Z."),
    until: moment("Up to this moment, without it."),
  }),
]);

/** A search as it stands in the setting `logMonitor.queries`: its query alone, or with what else narrows it. */
export const savedQuery = z.union([
  text(10_000),
  z.strictObject({
    query: z.optional(told(text(10_000), "What is written in the search box.")),
    levels: z.optional(
      told(
        z.array(z.enum([...LEVELS, "none"])).check(z.maxLength(7)),
        "Levels that are shown; none is for lines without a level. All when left out.",
      ),
    ),
    sources: z.optional(
      told(z.array(text(1_000)).check(z.maxLength(1_000)), "Logs that are shown, by id; all when left out."),
    ),
    range: z.optional(
      told(range, "The last so much time, like 15m or 7d, or since and until; all when left out."),
    ),
    searchIn: z.optional(
      told(text(1_000), "Id of the sink on whose server is searched; on this computer when left out."),
    ),
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
