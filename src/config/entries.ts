/**
 * What an object holds; undefined of anything else. zod's records and assignments to a plain object lose the
 * key `__proto__`.
 */
export function entriesOf(value: unknown): [key: string, value: unknown][] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value);
}
