import type { FieldValue } from "../model.ts";
import { put } from "./chosen.ts";

const QUOTE = 34;
const SPACE = 32;
/** A name of RFC 5424 section 6.3.2: printable, but for these. Longer ones than it allows are taken. */
const NAME = /[!#-<>-\\^-~]{1,256}/y;

/** Structured data of a message: elements by their id, in each the values by name; several of one name as a list. */
export interface Structured {
  readonly data: Record<string, FieldValue>;
  /** How many elements there are. */
  readonly count: number;
  /** Index where the message begins. */
  readonly end: number;
}

/** Reads what RFC 5424 section 6.3 says at `start`. @returns what is wrong, in a sentence, where it is none */
export function readStructured(raw: string, start: number): Structured | string {
  const data: Record<string, FieldValue> = {};
  let count = 0;
  let at = start;
  if (raw[at] === "-") at++;
  else if (raw[at] !== "[") return "no structured data where it is due";
  else {
    while (raw[at] === "[") {
      const element: Record<string, FieldValue> = {};
      const id = nameAt(raw, at + 1);
      if (id === undefined) return `the structured data has no name at character ${at + 1}`;
      at += 1 + id.length;
      while (raw.charCodeAt(at) === SPACE) {
        const name = nameAt(raw, at + 1);
        if (name === undefined) {
          if (raw[at + 1] !== "]") return `the structured data has no name at character ${at + 1}`;
          at++;
          break;
        }
        at += 1 + name.length;
        if (raw[at] !== "=" || raw.charCodeAt(at + 1) !== QUOTE) return `no ="…" behind ${name}`;
        const end = closing(raw, at + 2);
        if (end < 0) return `the value of ${name} has no closing quote`;
        add(element, name, raw.slice(at + 2, end).replace(/\\(["\\\]])/g, "$1"));
        at = end + 1;
      }
      if (raw[at] !== "]") return `no ] behind the element ${id}`;
      at++;
      put(data, id, element);
      count++;
    }
  }
  if (at === raw.length) return { data, count, end: at };
  if (raw.charCodeAt(at) !== SPACE) return "no space behind the structured data";
  return { data, count, end: at + 1 };
}

function nameAt(raw: string, at: number): string | undefined {
  NAME.lastIndex = at;
  return NAME.exec(raw)?.[0];
}

/** The index of the quote that ends a value: one without a backslash before it. */
function closing(raw: string, from: number): number {
  for (let at = from; at < raw.length; at++) {
    if (raw[at] === "\\") at++;
    else if (raw.charCodeAt(at) === QUOTE) return at;
  }
  return -1;
}

function add(element: Record<string, FieldValue>, name: string, value: string): void {
  const before = Object.hasOwn(element, name) ? element[name] : undefined;
  if (before === undefined) put(element, name, value);
  else put(element, name, [...(Array.isArray(before) ? before : [before]), value]);
}
