import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Layout } from "../sinks/elastic-index.ts";

/** What can be asked of a field: `mixed` is of several kinds in several indexes. */
export type Kind = "string" | "whole" | "decimal" | "boolean" | "date" | "ip" | "mixed";

/** A field of documents, as the index can be searched for it. */
export interface Mapped {
  readonly path: string;
  readonly kind: Kind;
  /** Of strings: where they can be searched by word, and where as a whole. */
  readonly words: string | undefined;
  readonly whole: string | undefined;
  /** Values can be counted, and sorted by, under this path. */
  readonly counted: string | undefined;
}

/** The fields of an index by name, as its mappings have them. */
export interface Mapping {
  readonly layout: Layout;
  /** Those that a name of the query language stands for; none: no document has it. */
  named(name: string): readonly Mapped[];
  /** What the layout has at one of its own paths. */
  at(path: string | undefined): Mapped | undefined;
  /** Texts of a document, the message first. */
  readonly texts: readonly Mapped[];
  readonly numbers: readonly Mapped[];
  /** Names of fields that documents may have beside what every record has. */
  readonly names: readonly string[];
}

/** The answer of `_field_caps`. */
const answer = z.object({
  fields: z.record(
    z.string(),
    z.record(z.string(), z.object({ searchable: z.boolean(), aggregatable: z.boolean() })),
  ),
});

export const FIELD_CAPS =
  "_field_caps?fields=*&ignore_unavailable=true&allow_no_indices=true&filter_path=fields.*.*.searchable,fields.*.*.aggregatable";

const KINDS: Readonly<Record<string, Kind>> = {
  text: "string",
  match_only_text: "string",
  keyword: "string",
  constant_keyword: "string",
  wildcard: "string",
  long: "whole",
  integer: "whole",
  short: "whole",
  byte: "whole",
  unsigned_long: "whole",
  double: "decimal",
  float: "decimal",
  half_float: "decimal",
  scaled_float: "decimal",
  boolean: "boolean",
  date: "date",
  date_nanos: "date",
  ip: "ip",
};
const TEXT = /^(?:text|match_only_text)$/;
/** Other names under which records keep a status, as the store has it. */
const STATUSES = ["Status", "status_code", "statusCode"];

/** @throws UserError when it is no such answer */
export function readMapping(told: unknown, layout: Layout): Mapping {
  const read = answer.safeParse(Object.keys(told ?? {}).length === 0 ? { fields: {} } : told);
  if (!read.success) throw new UserError("the server does not tell the fields of the index: check url");
  const { fields } = read.data;
  const all = new Map<string, Mapped>();
  for (const [path, types] of Object.entries(fields)) {
    if (path.startsWith("_")) continue;
    // A second way to search a text is no field of its own.
    const dot = path.lastIndexOf(".");
    if (dot > 0 && Object.keys(fields[path.slice(0, dot)] ?? {}).some((type) => TEXT.test(type))) continue;
    const mapped = mappedOf(path, types, fields[`${path}.keyword`] ?? {});
    if (mapped) all.set(path, mapped);
  }
  const named = new Map(Object.entries(layout.names));
  const { prefix, names: _, ...own } = layout;
  const common = new Set<string>(Object.values(own));
  const nameOf = new Map([...named].map(([name, path]) => [path, name]));

  const found = (name: string): readonly Mapped[] => {
    const bare = name.replace(/^fields\./, "");
    const asked = bare === "status" ? [bare, ...STATUSES] : [bare];
    const paths = asked.flatMap((one) => [named.get(one), prefix + one, one]);
    const known = [...new Set(paths)].flatMap((path) => {
      const mapped = path === undefined || common.has(path) ? undefined : all.get(path);
      return mapped ? [mapped] : [];
    });
    return known;
  };
  const others = [...all.values()].filter(({ path }) => !common.has(path));
  const texts = [layout.message, layout.error, layout.level].flatMap((path) => all.get(path ?? "") ?? []);
  return {
    layout,
    named: found,
    at: (path) => (path === undefined ? undefined : all.get(path)),
    texts: [...texts, ...others.filter(({ kind }) => kind === "string")],
    numbers: others.filter(({ kind }) => kind === "whole" || kind === "decimal"),
    names: others.map(({ path }) => nameOf.get(path) ?? withoutPrefix(path, prefix)).sort(),
  };
}

export const withoutPrefix = (path: string, prefix: string): string =>
  path.startsWith(prefix) ? path.slice(prefix.length) : path;

type Types = Readonly<Record<string, { readonly searchable: boolean; readonly aggregatable: boolean }>>;

function mappedOf(path: string, types: Types, keyword: Types): Mapped | undefined {
  const entries = Object.entries(types).filter(([type]) => type !== "unmapped");
  const kinds = new Set(entries.map(([type]) => KINDS[type]));
  if (kinds.has(undefined) || entries.length === 0) return undefined;
  if (!entries.every(([, { searchable }]) => searchable)) return undefined;
  const [kind = "mixed"] = kinds;
  const nothing = { path, words: undefined, whole: undefined, counted: undefined };
  const texts = entries.filter(([type]) => TEXT.test(type)).length;
  if (kinds.size > 1 || (texts > 0 && texts < entries.length)) return { ...nothing, kind: "mixed" };
  const counted = (of: Types, at: string) =>
    Object.values(of).every(({ aggregatable }) => aggregatable) ? at : undefined;
  if (kind !== "string") return { ...nothing, kind, counted: counted(types, path) };
  if (texts === 0) return { ...nothing, kind, whole: path, counted: counted(types, path) };
  const second = Object.entries(keyword);
  const whole =
    second.length > 0 && second.every(([type, { searchable }]) => type === "keyword" && searchable)
      ? `${path}.keyword`
      : undefined;
  return { path, kind, words: path, whole, counted: whole && counted(keyword, whole) };
}
