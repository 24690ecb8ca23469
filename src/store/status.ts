import { valueAt } from "../lib/field-path.ts";
import type { Fields, FieldValue } from "../model.ts";

/** Where it is in logs of pino and by the Elastic Common Schema and OpenTelemetry, as objects or with dots. */
const WITHIN: readonly (readonly [object: string, name: string])[] = [
  ["http", "http.response.status_code"],
  ["http", "http.status_code"],
  ["res", "res.statusCode"],
  ["response", "response.status"],
];

/** The HTTP-like status of a record: a whole number (or digits) under one of the usual names, else undefined. */
export function statusOf(fields: Fields): number | undefined {
  const value = fields.status ?? fields.Status ?? fields.status_code ?? fields.statusCode ?? within(fields);
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
  return undefined;
}

function within(fields: Fields): FieldValue | undefined {
  for (const [object, name] of WITHIN) {
    const value = fields[name] ?? (typeof fields[object] === "object" ? valueAt(fields, name) : undefined);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
