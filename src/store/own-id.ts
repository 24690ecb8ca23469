import type { LogRecord } from "../model.ts";

/** The field in which the store keeps the id that a record brought with it; its own it makes of key and offset. */
export const OWN_ID = "@id";

/** The record with that field; the same one where it brought no id. */
export function withOwnId(record: LogRecord): LogRecord {
  const { id, fields } = record;
  return id === undefined ? record : { ...record, fields: { ...fields, [OWN_ID]: id } };
}
