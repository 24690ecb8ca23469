import { parseDocument } from "yaml";

/** The values of a configuration file's text; undefined where it can't be read. */
export function parseFile(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  try {
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    // An alias without an anchor.
    return undefined;
  }
}

/** A value with another one at a path; undefined takes what is there away. */
export function withValue(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  const entries = new Map<string, unknown>(Object.entries(value ?? {}));
  const next = withValue(entries.get(key), rest, to);
  if (next === undefined) entries.delete(key);
  else entries.set(key, next);
  return Object.fromEntries(entries);
}

/** Objects alike, whatever the order of their keys and whoever made them; undefined for what could not be read. */
export function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
