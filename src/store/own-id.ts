import type { LogRecord } from "../model.ts";

/** The field in which the store keeps the id that a record brought with it; its own it makes of key and offset. */
export const OWN_ID = "@id";
/** The field that marks what was cut short when it was read: `truncated` is also what logs call their own. */
export const CUT = "@cut";

/** The record with those fields; the same one where it needs none. */
export function withOwnFields(record: LogRecord): LogRecord {
  const { id, cut, fields } = record;
  if (id === undefined && !cut) return record;
  return {
    ...record,
    fields: { ...fields, ...(id !== undefined && { [OWN_ID]: id }), ...(cut && { [CUT]: true }) },
  };
}
