import type { Fields, FieldValue } from "../model.ts";

/** A field by its name, or by the names of the objects on the way to it, joined by dots. */
export function valueAt(fields: Fields, name: string): FieldValue | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  let value: FieldValue | undefined = fields;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, part) ? (value as Fields)[part] : undefined;
  }
  return value;
}
