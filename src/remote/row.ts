import { type Row, SHOWN, SHOWN_VALUE } from "../protocol/log-view.ts";
import type { Layout } from "../sinks/elastic-index.ts";
import { linesOf } from "../store/told.ts";
import { type Hit, isCut, keyOf, recordOf, textOf, valueAt } from "./record.ts";

/** A document as a row of the list. @param fields names of those that are shown */
export function rowOf(hit: Hit, layout: Layout, fields: readonly string[]): Row {
  const { time, nanos, level, source, message, raw, fields: all, error } = recordOf(hit, layout);
  const values = fields.flatMap((name): [string, string][] => {
    const value = valueAt(all, name);
    if (value === undefined || value === null) return [];
    const text = textOf(value);
    return [[name, text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text]];
  });
  return {
    key: keyOf(hit, layout),
    time,
    nanos,
    ...(level !== undefined && { level }),
    source,
    message: message.slice(0, SHOWN),
    more: Math.max(0, message.length - SHOWN),
    lines: linesOf(message),
    ...(isCut(hit, layout) && { short: Buffer.byteLength(raw) }),
    values,
    unparsed: error !== undefined,
  };
}
