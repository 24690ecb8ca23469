import { z } from "zod";
import { UserError } from "../errors.ts";
import { LEVELS } from "../model.ts";
import type { Suggestion, Suggestions } from "../protocol/suggestions.ts";
import { placeAt } from "../store/completion.ts";
import { COMMON } from "../store/query.ts";
import { nameWritten, valueWritten } from "../store/written.ts";
import { and, type Clause } from "./clause.ts";
import { compileRemote } from "./compile.ts";
import type { Mapped, Mapping } from "./mapping.ts";
import type { RemoteSearch } from "./search.ts";

const MOST = 20;
const OPERATORS = ["AND", "OR", "NOT"];
const COMPARISONS = [">=", ">", "<=", "<"];
const counted = z.object({
  values: z.object({
    buckets: z.array(
      z.object({
        key: z.union([z.string(), z.number()]),
        key_as_string: z.string().optional(),
        doc_count: z.number(),
      }),
    ),
  }),
});

/** What can be written at a place of a query: see `suggest` of the store. */
export async function suggestRemote(search: RemoteSearch, query: string, at: number): Promise<Suggestions> {
  const { mapping } = search;
  const { from, until, prefix, field, comparison, follows, rest } = placeAt(
    query,
    Math.min(at, query.length),
  );
  const told = (options: readonly Suggestion[]): Suggestions => ({
    from,
    until,
    options: options.slice(0, MOST),
  });
  if (prefix === undefined) return told([]);
  if (field === undefined) return told(namesOf(mapping, prefix, follows));
  if (field === "level")
    return told(LEVELS.filter((level) => begins(level, prefix)).map((level) => optionOf(level)));
  const comparisons =
    prefix === "" && comparison === "="
      ? COMPARISONS.map((label): Suggestion => ({ kind: "operator", label, text: label }))
      : [];
  if (field === "time") return told(comparisons);
  const mapped = fieldNamed(mapping, field);
  if (comparison !== "=" || mapped?.counted === undefined) return told([]);
  const number = mapped.kind === "whole" || mapped.kind === "decimal";
  const include = mapped.kind === "string" && prefix !== "" && { include: `${beginning(prefix)}.*` };
  const { aggregations } = await search.ask({
    size: 0,
    track_total_hits: false,
    query: and([search.base, search.levels, restOf(rest, search)]),
    aggs: { values: { terms: { field: mapped.counted, size: number ? 200 : MOST, ...include } } },
  });
  const values = counted
    .parse(aggregations)
    .values.buckets.map(({ key, key_as_string: text, doc_count: count }) =>
      optionOf(text ?? String(key), count),
    )
    .filter(({ label }) => begins(label, prefix));
  return told([...values.slice(0, MOST - (number ? comparisons.length : 0)), ...(number ? comparisons : [])]);
}

/** What is wrong with the rest of the query the search itself says. */
function restOf(rest: string, { mapping, zone }: RemoteSearch): Clause {
  try {
    return compileRemote(rest, mapping, zone);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return and([]);
  }
}

function fieldNamed(mapping: Mapping, name: string): Mapped | undefined {
  const { layout } = mapping;
  if (name === "source" || name === "file") return mapping.at(layout[name]);
  return mapping.named(name)[0];
}

function namesOf(mapping: Mapping, prefix: string, follows: boolean): Suggestion[] {
  const own = mapping.names.flatMap((label) => {
    const written = nameWritten(label);
    return written === undefined || COMMON.includes(written) ? [] : [{ label, written }];
  });
  const common = COMMON.map((label) => ({ label, written: label }));
  const fields = [...common.slice(0, 3), ...own, ...common.slice(3)]
    .filter(({ label }) => begins(label, prefix))
    .map(({ label, written }): Suggestion => ({ kind: "field", label, text: `${written}:` }));
  const operators = OPERATORS.filter(
    (name) => begins(name, prefix) && (name === "NOT" || follows) && name !== prefix,
  ).map((name): Suggestion => ({ kind: "operator", label: name, text: `${name} ` }));
  return [...fields.slice(0, MOST - operators.length), ...operators];
}

const optionOf = (label: string, count?: number): Suggestion => ({
  kind: "value",
  label,
  text: valueWritten(label),
  ...(count !== undefined && { count }),
});

const begins = (text: string, prefix: string): boolean =>
  text.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();

/** An expression of the index for what begins so, whatever its case. */
const beginning = (prefix: string): string =>
  [...prefix]
    .map((char) =>
      /[a-z]/i.test(char)
        ? `[${char.toLowerCase()}${char.toUpperCase()}]`
        : /[\w\s]/.test(char) || char > "\x7f"
          ? char
          : `\\${char}`,
    )
    .join("");
