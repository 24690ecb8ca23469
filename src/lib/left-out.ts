import { z } from "zod";
import type { LogRecord } from "../model.ts";
import { fieldOf } from "./record-field.ts";

/**
 * What a sink leaves out by its own options: kept with its cursor, so that whoever asks later where a line is can
 * tell what was sent from what was passed over.
 */
const leavesOut = z.object({
  leavesOut: z.object({
    /** Lines that did not parse. */
    unparsed: z.boolean(),
    /** Records that have none of these fields. */
    without: z.array(z.string()).optional(),
  }),
});
export type LeavesOut = z.output<typeof leavesOut>;

/** What of a sink's state says what it leaves out; undefined: nothing, or it does not say. */
export function leavesOutOf(state: unknown): LeavesOut["leavesOut"] | undefined {
  const kept = leavesOut.safeParse(state).data?.leavesOut;
  return kept?.unparsed || kept?.without ? kept : undefined;
}

/** It did not parse, or it has none of the fields that the sink takes. */
export type LeftOut = "unparsed" | "fieldless";

/** Why a record is left out, by the sink's options; undefined: it is not. */
export function whyLeftOut(
  record: LogRecord,
  { unparsed, without }: LeavesOut["leavesOut"],
): LeftOut | undefined {
  if (record.error !== undefined) return unparsed ? "unparsed" : undefined;
  if (!without) return undefined;
  const filled = without.some((from) => {
    const value = fieldOf(record, from);
    return value !== undefined && value !== null && value !== "";
  });
  return filled ? undefined : "fieldless";
}
