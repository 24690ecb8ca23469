/** Names that every record has, which hide a field of the same name: that is then asked for as `fields.NAME`. */
const COMMON = ["source", "file", "level", "status", "message", "raw", "error", "time", "id"];
const NAME = /^[A-Za-z_@$][\w.@$-]*$/;
/** What has a meaning in a word of a query. */
const SPECIAL = /[\s*?\\"'():[\]{}<>=-]/g;
/** Of a longer value its beginning is asked for. */
const LONGEST = 300;

/** A term of the query language that takes the records whose property has a value. */
export function termOf(name: string, value: unknown): string {
  const field = NAME.test(name) ? name : `"${name.replace(/[\\"]/g, "\\$&")}"`;
  // It has none, which is the same as being null.
  if (value === null || value === undefined) return `-${field}:*`;
  if (typeof value === "number" || typeof value === "boolean") return `${field}:${value}`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.search(/[\r\n]/);
  const end = Math.min(line < 0 ? text.length : line, LONGEST);
  // A query is one line.
  if (end < text.length && end > 0) return `${field}:${text.slice(0, end).replace(SPECIAL, "\\$&")}*`;
  return `${field}:"${text.slice(0, end).replace(/[\\"]/g, "\\$&")}"`;
}

/** The name by which a query asks for a field of a record. */
export function fieldName(name: string): string {
  return COMMON.includes(name) ? `fields.${name}` : name;
}
