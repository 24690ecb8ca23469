import { basename } from "node:path";
import { createTemplate } from "../lib/template.ts";
import { type Fields, type FieldValue, type Level, type LogRecord, recordId } from "../model.ts";

// OTLP's messages in proto3's JSON mapping: names in lowerCamelCase, 64-bit integers as decimal strings, enums
// as numbers. opentelemetry/proto/{logs,common,resource}/v1; https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }
  | Readonly<Record<string, never>>;

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface LogMessage {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
}

/** The lowest number of each range: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITY: Readonly<Record<Level, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

export interface OtlpLayout {
  /** Attributes of the resource, as templates. */
  readonly resource: Readonly<Record<string, string>>;
  readonly body: "message" | "raw";
  /** Put the line as it was read into `log.record.original`. */
  readonly original: boolean;
}

/**
 * Makes an ExportLogsServiceRequest of records, grouped by their resources. Fields become attributes; a record's id
 * is its `log.record.uid`, by which a backend may know one that comes twice.
 *
 * @param now ms since the epoch, for `observedTimeUnixNano`
 */
export function createOtlpRequest(
  { resource, body, original }: OtlpLayout,
  now: () => number = Date.now,
): (records: readonly LogRecord[]) => string {
  const templates = Object.entries(resource).map(([key, text]) => ({ key, fill: createTemplate(text).fill }));

  const resourceOf = (record: LogRecord): string => {
    const attributes = templates.flatMap(({ key, fill }) => {
      const value = fill(record);
      return value === "" ? [] : [{ key, value: { stringValue: value } }];
    });
    return JSON.stringify({ attributes });
  };

  const messageOf = (record: LogRecord, observed: string): LogMessage => {
    const { origin, time, nanos, level, message, raw, error, fields } = record;
    const attributes = [
      text("log.record.uid", recordId(record)),
      text("log.file.path", origin.file),
      text("log.file.name", basename(origin.file)),
      text("log_monitor.source", origin.source),
    ];
    if (original) attributes.push(text("log.record.original", raw));
    if (error !== undefined) attributes.push(text("log_monitor.error", error));
    // A key must not come twice.
    const taken = new Set(attributes.map(({ key }) => key));
    for (const one of pairsOf(fields)) if (!taken.has(one.key)) attributes.push(one);
    return {
      timeUnixNano: nanosText(time, nanos),
      observedTimeUnixNano: observed,
      ...(level !== undefined && { severityNumber: SEVERITY[level], severityText: level.toUpperCase() }),
      body: { stringValue: body === "raw" ? raw : message },
      attributes,
    };
  };

  return (records) => {
    const observed = nanosText(now(), 0);
    const groups = new Map<string, LogMessage[]>();
    for (const record of records) {
      const key = resourceOf(record);
      const group = groups.get(key);
      const message = messageOf(record, observed);
      if (group) group.push(message);
      else groups.set(key, [message]);
    }
    const parts = [...groups].map(
      ([key, logRecords]) =>
        `{"resource":${key},"scopeLogs":[{"scope":{"name":"log-monitor"},"logRecords":${JSON.stringify(logRecords)}}]}`,
    );
    return `{"resourceLogs":[${parts.join(",")}]}`;
  };
}

/** Nanoseconds since the epoch, of a fixed64: times before 1970 have none, and become "unknown", which is 0. */
function nanosText(ms: number, nanos: number): string {
  if (ms < 0) return "0";
  return ms === 0 ? String(nanos) : `${ms}${String(nanos).padStart(6, "0")}`;
}

function text(key: string, value: string): KeyValue {
  return { key, value: { stringValue: value } };
}

function pairsOf(fields: Fields): KeyValue[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    key === "" || value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: FieldValue): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return { intValue: String(value) };
    return { doubleValue: Number.isFinite(value) ? value : String(value) };
  }
  if (value === null) return {};
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: pairsOf(value as Fields) } };
}
