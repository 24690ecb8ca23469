// Text in InfluxDB line protocol. Rules: the reference of v1.8 and v2, and what models/points.go of 1.8 reads.

const SPECIAL_KEY = /[,= \\\n\r\t]/;
const SPECIAL_TEXT = /["\\]/;

/** Tag keys, tag values and field keys. */
export function escapeKey(text: string): string {
  return SPECIAL_KEY.test(text) ? escaped(text, /(\\*)([,= ])/g) : text;
}

export function escapeMeasurement(text: string): string {
  return SPECIAL_KEY.test(text) ? escaped(text, /(\\*)([, ])/g) : text;
}

/** A string field's value, with its quotes; line ends may stay. */
export function quote(text: string): string {
  return SPECIAL_TEXT.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}

/**
 * Line ends can't be written, and become spaces. A backslash can't be escaped, and at the end it would
 * escape the separator that follows: a space comes after it.
 *
 * InfluxDB finds the ends of lines by skipping two bytes at each backslash, and the ends of keys by looking
 * one byte back. Both see the same only where an odd number of backslashes stands before a special
 * character, so a literal one there is doubled. Otherwise a tag such as `\ \="` would swallow the lines after it.
 */
function escaped(text: string, special: RegExp): string {
  const line = text.replace(/[\n\r\t]/g, " ");
  const closed = line.endsWith("\\") ? `${line} ` : line;
  return closed.replace(special, (_, slashes: string, one: string) => {
    const even = slashes.length % 2 === 0 ? slashes : `${slashes}\\`;
    return `${even}\\${one}`;
  });
}
