import type { Fields, FieldValue } from "../model.ts";

/** A field by its name, or by the names of the objects on the way to it, joined by dots. */
export function valueAt(fields: Fields, name: string): FieldValue | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : valueBehind(fields, name.split("."));
}

/** A field by the names of the objects on the way to it, and its own. */
export function valueBehind(fields: Fields, steps: readonly string[]): FieldValue | undefined {
  let value: FieldValue | undefined = fields;
  for (const part of steps) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, part) ? (value as Fields)[part] : undefined;
  }
  return value;
}
