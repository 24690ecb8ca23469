import type { z } from "zod";
import { nearest } from "../lib/nearest.ts";

export interface PlainIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Name of a secret that is not set. */
  readonly missing?: string;
}

const EMPTY = "is empty: write a value, or take the key out";

/** A value of more characters is not repeated. */
const LONGEST_SHOWN = 60;

type Path = readonly (string | number)[];

/**
 * zod's issues in words for people: what is wrong, at which value, and what would be right.
 * @param input what was parsed: its values are shown
 */
export function issuesOf(error: z.ZodError, base: Path, schema: z.ZodType, input?: unknown): PlainIssue[] {
  const issues = error.issues
    .flatMap((issue) => describeIssue(issue, base, schema, input))
    .map(({ path, message }) => ({ path, message: instead(message) }));
  // A misspelt key is usually why another is missing: it comes first.
  const rank = ({ message }: PlainIssue): number => (message.startsWith("unknown key") ? 0 : 1);
  return issues.sort((a, b) => rank(a) - rank(b));
}

function describeIssue(issue: z.core.$ZodIssue, base: Path, schema: z.ZodType, input: unknown): PlainIssue[] {
  const value = valueAt(input, issue.path);
  const path = [...base, ...issue.path.map((key) => (typeof key === "symbol" ? String(key) : key))];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
  }
  if (issue.code === "invalid_union") {
    // The member that got furthest is the one that was meant.
    const members = issue.errors.map((errors) =>
      errors.flatMap((one) => describeIssue(one, path, schema, value)),
    );
    const meant = members.filter((one) => one.length > 0).sort((a, b) => depth(b) - depth(a))[0];
    if (meant && depth(meant) > path.length) return meant;
    const options = [
      ...new Set(members.flat().map(({ message }) => message.replace(/^Invalid input: /, ""))),
    ];
    const missing = options.every((option) => option.endsWith("received undefined"));
    return [{ path, message: missing ? "is missing" : eitherOf(options) }];
  }
  const message = worded(issue, shown(value));
  return [{ path, message: message.endsWith("received undefined") ? "is missing" : message }];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path)
    value =
      typeof value === "object" && value !== null
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined;
  return value;
}

/** A value as it was written, with a space behind it; nothing of what is no text or number, or long. */
function shown(value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? JSON.stringify(value) : "";
  return text === "" || text.length > LONGEST_SHOWN ? "" : `${text} `;
}

/** @param value as it was written, with a space behind it; empty when it is not to be shown */
function worded(issue: z.core.$ZodIssue, value: string): string {
  if (issue.code === "too_small" && issue.minimum === 1 && issue.origin !== "number")
    return issue.origin === "array" ? "is an empty list: write at least one, or take the key out" : EMPTY;
  if (issue.code === "invalid_format" && issue.format === "url" && issue.message.startsWith("Invalid "))
    return "is no address: write it like http://127.0.0.1:8086";
  // Only zod's own words: what a schema says itself is for people already.
  const numeric = /^Too (big|small): expected (number|int) /.test(issue.message);
  if (issue.code === "too_big" && numeric) return `${value}is too large: write at most ${issue.maximum}`;
  if (issue.code === "too_small" && numeric) return `${value}is too small: write at least ${issue.minimum}`;
  if (issue.code === "invalid_value" && issue.message.startsWith("Invalid "))
    return `${value}is none of the values that are known: write ${issue.values.join(" or ")}`;
  return issue.message.replace(/^Invalid input: /, "");
}

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  null: "empty",
  number: "a number",
  object: "keys with values",
  record: "keys with values",
  string: "a text",
};

/** `expected boolean or object, received string` in words that say what to write. */
function instead(message: string): string {
  const [, expected, received] = /^expected (.+), received (.+)$/.exec(message) ?? [];
  if (expected === undefined || received === undefined) return message;
  const ways = expected.split(" or ").map((kind) => KINDS[kind] ?? kind);
  const quotes = received === "string" && /^(int|number)$/.test(expected) ? ", without quotes" : "";
  return `is ${KINDS[received] ?? received}: write ${ways.join(", or ")}${quotes}`;
}

/** `expected boolean or object, received string`, if all say so; else one after the other. */
function eitherOf(options: readonly string[]): string {
  const parts = options.map((option) => /^expected (.+), received (.+)$/.exec(option));
  const received = new Set(parts.map((part) => part?.[2]));
  if (received.size !== 1 || received.has(undefined)) {
    const texts = options.map(instead);
    const [head] = texts[0]?.split(": write ") ?? [];
    const ways = texts.map((text) => /: write ([\s\S]*)$/.exec(text)?.[1]);
    return ways.includes(undefined) ? texts.join(", or ") : `${head}: write ${ways.join(", or ")}`;
  }
  return `expected ${parts.map((part) => part?.[1]).join(" or ")}, received ${[...received][0]}`;
}

const depth = (issues: readonly PlainIssue[]): number =>
  Math.max(0, ...issues.map(({ path }) => path.length));

export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const guess = near === undefined ? (known.length > 0 ? "." : "") : `: did you mean "${near}"?`;
  return `unknown key "${key}"${guess}${known.length > 0 ? ` Known here: ${known.join(", ")}.` : ""}`;
}

/** The keys of the object schema at a path, through defaults and unions; none when it is no object. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const json = toPlain(schema);
  let at: PlainSchema | undefined = json;
  for (const key of path)
    at = at?.properties?.[String(key)] ?? at?.anyOf?.find((one) => one.properties)?.properties?.[String(key)];
  return Object.keys(at?.properties ?? at?.anyOf?.find((one) => one.properties)?.properties ?? {});
}

/** What the keys of an object schema are when they are left out, as one would write it. */
export function defaultsIn(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const found = Object.entries(toPlain(schema).properties ?? {});
  return Object.fromEntries(found.flatMap(([key, one]) => ("default" in one ? [[key, one.default]] : [])));
}

interface PlainSchema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly anyOf?: readonly PlainSchema[];
}

function toPlain(schema: z.ZodType): PlainSchema {
  return schema.toJSONSchema({ io: "input", unrepresentable: "any" }) as PlainSchema;
}
