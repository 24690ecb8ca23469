import { createTemplate } from "../lib/template.ts";
import type { LogRecord } from "../model.ts";

/** An index's name has at most so many bytes. */
const LONGEST = 255;
/** What stands where a field that the name asks for is missing. */
const NOTHING = "none";
/** Names are made anew for each record as long as they can't be told from what changes seldom. */
const DAY = 86_400_000;

/**
 * The index of each record. What a name can't hold (capitals, `\ / * ? " < > | , # :` and blanks, a first
 * `- _ + .`) is changed, as the reference of "create index" has it.
 */
export function createIndexNames(template: string): (record: LogRecord) => string {
  const { fill, fields } = createTemplate(template);
  const steady = fields.length === 0 && !template.includes("${level}");
  let lastOrigin: LogRecord["origin"] | undefined;
  let lastDay = Number.NaN;
  let last = "";
  return (record) => {
    const day = Math.floor(record.time / DAY);
    if (steady && record.origin === lastOrigin && day === lastDay) return last;
    lastOrigin = record.origin;
    lastDay = day;
    last = indexName(fill(record));
    return last;
  };
}

/** A template as the pattern of the names it gives: `logs-*-*`. */
export function patternOf(template: string): string {
  return indexName(template.replace(/\$\{[^}]*\}/g, "\0")).replaceAll("\0", "*");
}

/** Whether Elasticsearch makes data streams, not indexes, of the names that a template gives: `logs-*-*`, 7.9 on. */
export function isDataStreamName(template: string): boolean {
  return /^logs-.*-/.test(patternOf(template));
}

function indexName(text: string): string {
  let name = text
    .toLowerCase()
    .replace(/[\\/*?"<>|,#:\s]/g, "-")
    .replace(/^[-_+.]+/, "");
  while (Buffer.byteLength(name) > LONGEST) name = name.slice(0, -1);
  return name === "" ? NOTHING : name;
}
