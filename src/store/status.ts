import type { Fields } from "../model.ts";

/** The HTTP-like status of a record: a whole number (or digits) under one of the usual names, else undefined. */
export function statusOf(fields: Fields): number | undefined {
  const value = fields.status ?? fields.Status ?? fields.status_code ?? fields.statusCode;
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
  return undefined;
}
