import type { Fields, FieldValue } from "../model.ts";
import { memo, memoNumber } from "./memo.ts";

// Lone surrogates are included: JSON.stringify writes them as escapes, and so must we.
const ESCAPE = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** A string as JSON. Most log text needs no escaping, which a test tells faster than JSON.stringify. */
export function jsonText(text: string): string {
  return ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Formats have few names, and meet them on every record. */
const NAME_LIMIT = 10_000;

/** Makes the same text as JSON.stringify for fields, faster for flat ones. Keeps what it learnt of them. */
export function createFieldsJson(): (fields: Fields) => string {
  const members = new Map<string, (value: FieldValue | undefined) => string>();
  const memberOf = (name: string): ((value: FieldValue | undefined) => string) => {
    let member = members.get(name);
    if (!member) {
      const quoted = `,${JSON.stringify(name)}:`;
      const make = (value: FieldValue | undefined): string => {
        const text = valueJson(value);
        return text === undefined ? "" : quoted + text;
      };
      const flat = memo(make);
      const number = memoNumber(make);
      // Nested values are other objects each time: nothing to remember.
      member = (value) => {
        if (typeof value === "number") return number(value);
        return typeof value === "object" && value !== null ? make(value) : flat(value);
      };
      if (members.size >= NAME_LIMIT) members.clear();
      members.set(name, member);
    }
    return member;
  };
  return (fields) => {
    let text = "";
    for (const name in fields) text += memberOf(name)(fields[name]);
    return text === "" ? "{}" : `{${text.slice(1)}}`;
  };
}

function valueJson(value: FieldValue | undefined): string | undefined {
  switch (typeof value) {
    case "string":
      return jsonText(value);
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return undefined;
    default:
      return value === null ? "null" : JSON.stringify(value);
  }
}
