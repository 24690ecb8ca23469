import { freeName } from "../lib/free-name.ts";
import { isReference } from "../lib/mask.ts";
import type { Ask, SinkForm, Way } from "./sink-forms.ts";

/** What the user has said so far; going back forgets none of it. */
export interface Draft {
  readonly type?: string;
  /** Place in the form's ways. */
  readonly way?: number;
  readonly options: Readonly<Record<string, string>>;
  /** Key of an option that is asked for beside, from the last step. */
  readonly changing?: string;
  /** Whether secrets are kept in the secret storage. */
  readonly keep?: boolean;
  /** Place in the list of settings that the sink can be written to. */
  readonly place?: number;
  readonly id?: string;
}

export type Step =
  | { readonly kind: "type" | "way" | "keep" | "place" | "id" | "confirm" }
  | { readonly kind: "option" | "shape"; readonly ask: Ask };

/**
 * What is asked, in this order, by what was said: only what the kind of sink needs.
 * @param places how many settings the sink can be written to
 */
export function stepsOf(draft: Draft, forms: readonly SinkForm[], places: number): readonly Step[] {
  const form = formOf(draft, forms);
  if (!form) return [{ kind: "type" }];
  const way = wayOf(draft, forms);
  const asks = way?.asks ?? [];
  const changing = way?.shape?.find(({ key }) => key === draft.changing);
  return [
    { kind: "type" },
    ...(form.ways.length > 1 ? [{ kind: "way" } as const] : []),
    ...asks.map((ask) => ({ kind: "option", ask }) as const),
    ...(plainSecrets(draft, asks).length > 0 ? [{ kind: "keep" } as const] : []),
    ...(places > 1 ? [{ kind: "place" } as const] : []),
    { kind: "id" },
    changing ? { kind: "shape", ask: changing } : { kind: "confirm" },
  ];
}

export function formOf({ type }: Draft, forms: readonly SinkForm[]): SinkForm | undefined {
  return forms.find((form) => form.type === type);
}

export function wayOf(draft: Draft, forms: readonly SinkForm[]): Way | undefined {
  const { ways = [] } = formOf(draft, forms) ?? {};
  return ways.length === 1 ? ways[0] : ways[draft.way ?? -1];
}

/** Secrets that are asked for, but for those that the user named a reference to. */
function plainSecrets({ options }: Draft, asks: readonly Ask[]): readonly Ask[] {
  return asks.filter(({ key, secret }) => secret && !isReference(options[key] ?? ""));
}

/**
 * The sink to be checked at one of its options: what is asked later has its example, so that only this one and
 * those before it can be wrong.
 */
export function valueUpTo(draft: Draft, way: Way, key: string, text: string): Record<string, unknown> {
  const at = way.asks.findIndex((ask) => ask.key === key);
  const given = way.asks.map((ask, place) => {
    if (place === at) return [ask.key, text];
    return [ask.key, place < at ? (draft.options[ask.key] ?? ask.example) : ask.example];
  });
  const shape = at < 0 && { [key]: text };
  return { type: draft.type, ...way.fixed, ...Object.fromEntries(given), ...shape };
}

/**
 * The sink that a preview is made of: what was not said yet has its default, or its example, and secrets are made up.
 * @param typed what is being asked for
 */
export function shownValue(
  { type, options }: Draft,
  way: Way,
  typed: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const said = { ...options, ...typed };
  const given = allAsks(way).map(({ key, example, initial, secret }) => [
    key,
    secret ? example : said[key] || (initial ?? example),
  ]);
  return { type, ...way.fixed, ...Object.fromEntries(given) };
}

const allAsks = ({ asks, shape = [] }: Way): readonly Ask[] => [...asks, ...shape];

/** The sink as it is tried: with its secrets, which stand in no settings yet. */
export function triedValue(draft: Draft, way: Way): Record<string, unknown> {
  const given = allAsks(way).flatMap(({ key, initial }) => {
    const text = draft.options[key];
    return text === undefined || text === initial ? [] : [[key, text]];
  });
  return { type: draft.type, ...way.fixed, ...Object.fromEntries(given) };
}

/** The sink as the settings get it, and the secrets to be kept, by name. */
export function writtenValue(
  draft: Draft & { readonly id: string },
  way: Way,
  taken: readonly string[],
): { readonly value: Record<string, unknown>; readonly secrets: ReadonlyMap<string, string> } {
  const value = triedValue(draft, way);
  const secrets = new Map<string, string>();
  if (!draft.keep) return { value, secrets };
  for (const { key } of plainSecrets(draft, way.asks)) {
    const name = freeName(`sinks.${draft.id}.${key}`, taken);
    secrets.set(name, draft.options[key] ?? "");
    value[key] = `\${secret:${name}}`;
  }
  return { value, secrets };
}

/** Whether an id can be one: files in the data folder are named after it. */
export function isId(text: string): boolean {
  return /^[a-z0-9][\w.-]*$/i.test(text);
}
