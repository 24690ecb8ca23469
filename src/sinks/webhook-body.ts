import { createTemplate, standsFor } from "../lib/template.ts";
import type { LogRecord } from "../model.ts";
import { createRecordFormatter } from "./record-json.ts";

/** What a template for JSON may be: texts in it hold `${}`. */
export type JsonTemplate =
  | string
  | number
  | boolean
  | null
  | readonly JsonTemplate[]
  | { readonly [name: string]: JsonTemplate };

/** How records are laid out in a request. */
export type Format = "ndjson" | "array" | "object" | "text";

/** Makes one record's part of a request: JSON, or with `text` a line. */
export function createPart(format: Format, body: JsonTemplate | undefined): (record: LogRecord) => string {
  if (format === "text") {
    const { fill } = createTemplate(typeof body === "string" ? body : "${raw}");
    return fill;
  }
  if (body === undefined) {
    const whole = createRecordFormatter();
    return (record) => whole([record]).toString("utf8").trimEnd();
  }
  const fill = jsonFiller(body);
  return (record) => JSON.stringify(fill(record));
}

/** Joins parts to the body of one request; `object` takes one. */
export function joined(format: Format, parts: readonly string[]): string {
  if (format === "array") return `[${parts.join(",")}]`;
  if (format === "object") return parts.join("");
  return parts.map((part) => `${part}\n`).join("");
}

/** A text that is one variable and nothing else gives the value itself: numbers stay numbers. */
function jsonFiller(template: JsonTemplate): (record: LogRecord) => unknown {
  if (typeof template === "string") {
    const name = /^\$\{([^}]*)\}$/.exec(template)?.[1];
    return name === undefined ? createTemplate(template).fill : (record) => standsFor(record, name) ?? null;
  }
  if (typeof template !== "object" || template === null) return () => template;
  if (Array.isArray(template)) {
    const items = template.map(jsonFiller);
    return (record) => items.map((item) => item(record));
  }
  const members = Object.entries(template).map(([name, value]) => [name, jsonFiller(value)] as const);
  return (record) => Object.fromEntries(members.map(([name, fill]) => [name, fill(record)]));
}
