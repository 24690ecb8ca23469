import type { z } from "zod";
import { maskSecrets } from "../lib/mask.ts";
import type { ExplainedPart, ExplainedValue, Explanation } from "../protocol/explain.ts";
import { sinks as sinkTypes } from "../sinks/index.ts";
import { sources as sourceTypes } from "../sources/index.ts";
import { type Item, placeOf } from "./collect.ts";
import { entriesOf } from "./entries.ts";
import { defaultsIn } from "./issues.ts";
import type { Loaded } from "./parse.ts";

const DEFAULT = { origin: "default" } as const;

/** Names the origin of every value in force: of settings, file, etcd, arguments; defaults for what nobody wrote. */
export function explain({ config, refused, items, etcd }: Loaded): Explanation {
  const parts: ExplainedPart[] = [];
  const seen = new Map<z.ZodType, ReturnType<typeof defaultsIn>>();
  /** As they are documented, not as they are worked with. */
  const documented = (schema: z.ZodType | undefined) => {
    if (!schema) return undefined;
    const known = seen.get(schema) ?? defaultsIn(schema);
    seen.set(schema, known);
    return known;
  };
  const { sourceItems, sinkItems, single } = items;
  for (const [name, item] of single) {
    const inForce = (config as unknown as Readonly<Record<string, unknown>>)[name];
    parts.push(partOf(name, item, name === "store" ? undefined : inForce, refused, etcd?.stale));
  }
  for (const name of ["monitor", "spool", "dataDir"] as const) {
    if (!single.has(name)) parts.push({ ...bare(name), values: defaultsOf(config[name], undefined, []) });
  }
  for (const [id, item] of sinkItems) {
    const known = config.sinks.get(id);
    const options = documented(known && sinkTypes[known.type]?.options);
    const inForce = known && { type: known.type, ...(known.options as object), ...options };
    parts.push(partOf(`sinks.${id}`, item, inForce, refused, etcd?.stale));
  }
  const store = config.sinks.get("store");
  if (store && !sinkItems.has("store"))
    parts.push({ ...bare("sinks.store"), values: defaultsOf({ type: "store" }, undefined, []) });
  for (const [id, item] of sourceItems) {
    const known = config.sources.get(id);
    const inForce = known && {
      type: known.type,
      ...(known.options as object),
      ...documented(sourceTypes[known.type]?.options),
      parser: known.parser.name,
      sinks: known.sinks ?? [...config.sinks.keys()],
      enabled: known.enabled,
    };
    parts.push(partOf(`sources.${id}`, item, inForce, refused, etcd?.stale));
  }
  return { parts };
}

const bare = (name: string) => ({ name, standing: "inForce", overridden: [] }) as const;

function partOf(
  name: string,
  item: Item,
  inForce: unknown,
  refused: readonly string[],
  stale: readonly string[] = [],
): ExplainedPart {
  const written = valuesOf(item);
  const overridden = [];
  for (let over = item.over; over; over = over.over) overridden.push(placeOf(over, over.path));
  return {
    name,
    standing:
      refused.includes(name) || refused.includes("*")
        ? "refused"
        : stale.includes(name)
          ? "older"
          : "inForce",
    values: [...written, ...defaultsOf(inForce, item.value, item.path)],
    overridden,
  };
}

/** What is written, each with its place: objects key by key, lists whole. */
function valuesOf(item: Item): ExplainedValue[] {
  const { path } = item;
  // Masked together with its name: a password is known by that.
  const [, masked] = Object.entries(maskSecrets({ [path.at(-1) ?? ""]: item.value }))[0] ?? [];
  const found: ExplainedValue[] = [];
  const walk = (value: unknown, at: readonly string[]): void => {
    const entries = entriesOf(value);
    if (entries && entries.length > 0) for (const [key, one] of entries) walk(one, [...at, key]);
    else found.push({ path: at.join("."), value: textOf(value), place: placeOf(item, [...path, ...at]) });
  };
  walk(masked, []);
  return found;
}

/** What is in force without having been written. */
function defaultsOf(inForce: unknown, written: unknown, path: readonly string[]): ExplainedValue[] {
  const known = new Map(entriesOf(written) ?? []);
  const entries = entriesOf(maskSecrets(inForce));
  if (!entries)
    return written === undefined ? [{ path: "", value: textOf(inForce), place: { ...DEFAULT, path } }] : [];
  return entries
    .filter(([key, value]) => value !== undefined && !known.has(key))
    .map(([key, value]) => ({
      path: key,
      value: textOf(value),
      place: { ...DEFAULT, path: [...path, key] },
    }));
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.includes("PRIVATE KEY-----") ? "***" : text.replaceAll(/\s*\n\s*/g, " ");
}
