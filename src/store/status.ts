import type { Fields, FieldValue } from "../model.ts";

/**
 * The HTTP-like status of a record: a whole number (or digits) under one of the usual names, else undefined. Where
 * loggers put it: pino, the Elastic Common Schema and OpenTelemetry have it in objects, or in names with dots.
 */
export function statusOf(fields: Fields): number | undefined {
  const value =
    fields.status ??
    fields.Status ??
    fields.status_code ??
    fields.statusCode ??
    fields["http.response.status_code"] ??
    fields["http.status_code"] ??
    fields["res.statusCode"] ??
    within(fields);
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
  return undefined;
}

function within({ http, res }: Fields): FieldValue | undefined {
  if (isObject(http)) {
    const { response, status_code } = http;
    return (isObject(response) ? response.status_code : undefined) ?? status_code;
  }
  return isObject(res) ? res.statusCode : undefined;
}

function isObject(value: FieldValue | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
