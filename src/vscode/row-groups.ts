import type { SourceFigures } from "../model.ts";
import { fateTable, readDetails, sumAccounts } from "./account-text.ts";
import type { L10n } from "./l10n.ts";
import { flowDetails, look, type Row, type ShownState, spoken, stateName, stateOf } from "./rows.ts";

/** What sources are put together by: `group` is what their settings say, `type` their kind. */
export const GROUPINGS = ["group", "folder", "parser", "type", "none"] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Placed {
  readonly source: SourceFigures;
  readonly row: Row;
}

/** The first of these that a source of a group is in is the group's. */
const WORST: readonly ShownState[] = [
  ...(["failed", "consent", "waiting", "paused", "starting", "watching", "stopped", "off"] as const),
];

/**
 * Rows under headings: groups of settings in their order, others by name; what has no group last. Where there is
 * none to show, the rows as they are.
 * @param folderOf what to call a folder
 */
export function groupRows(
  placed: readonly Placed[],
  by: Grouping,
  folderOf: (path: string) => string,
  l10n: L10n,
): readonly Row[] {
  const named = placed.map((one) => ({ ...one, name: nameOf(one.source, by, folderOf) }));
  if (by === "none" || named.every(({ name }) => name === undefined)) return placed.map(({ row }) => row);
  const groups = new Map<string | undefined, Placed[]>();
  for (const { name, ...one } of named) groups.set(name, [...(groups.get(name) ?? []), one]);
  const order = new Intl.Collator("en", { numeric: true });
  const sorted = [...groups].sort(([a], [b]) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return by === "group" ? 0 : order.compare(a, b);
  });
  return sorted.map(([name, rows]) => groupRow(by, name, rows, l10n));
}

function nameOf(source: SourceFigures, by: Grouping, folderOf: (path: string) => string): string | undefined {
  switch (by) {
    case "group":
      return source.group;
    case "parser":
      return source.parser;
    case "type":
      return source.type;
    case "folder": {
      const folder = sharedFolder(source.files.flatMap(({ path, stream }) => (stream ? [] : [path])));
      return folder === undefined ? undefined : folderOf(folder);
    }
    case "none":
      return undefined;
  }
}

/** The folder that all files are below; undefined where there is none but the root, or no file. */
function sharedFolder(paths: readonly string[]): string | undefined {
  const [first, ...others] = paths.map((path) => path.split(/[\\/]/).slice(0, -1));
  if (!first) return undefined;
  const length = others.reduce((most, other) => {
    const end = first.slice(0, most).findIndex((part, at) => part !== other[at]);
    return end < 0 ? Math.min(most, other.length) : end;
  }, first.length);
  const folder = paths[0]?.slice(0, first.slice(0, length).join("/").length);
  return folder || undefined;
}

function groupRow(by: Grouping, name: string | undefined, rows: readonly Placed[], l10n: L10n): Row {
  const sources = rows.map(({ source }) => source);
  const states = sources.map(stateOf);
  const state = WORST.find((one) => states.includes(one)) ?? "watching";
  const sum = (key: "lines" | "bytes" | "errors" | "unparsed" | "linesPerSecond" | "bytesPerSecond") =>
    sources.reduce((total, source) => total + source[key], 0);
  const flow = {
    lines: sum("lines"),
    bytes: sum("bytes"),
    errors: sum("errors"),
    unparsed: sum("unparsed"),
    linesPerSecond: sum("linesPerSecond"),
    bytesPerSecond: sum("bytesPerSecond"),
  };
  const counted = WORST.filter((one) => states.includes(one)).map(
    (one) => [stateName(one, l10n), states.filter((other) => other === one).length] as const,
  );
  const amiss = state === "watching" ? undefined : counted[0];
  const description = [
    ...(states.includes("watching") ? [l10n.t("{0}/s", l10n.compact(flow.linesPerSecond))] : []),
    ...(amiss ? [amiss[1] === rows.length ? amiss[0] : `${amiss[0]}: ${amiss[1]}`] : []),
    ...(flow.errors > 0 ? [l10n.t("{0} err", l10n.compact(flow.errors))] : []),
    ...(flow.unparsed > 0 ? [l10n.t("{0} unparsed", l10n.compact(flow.unparsed))] : []),
  ].join(" · ");
  const label = name ?? l10n.t("No group");
  const account = () => sumAccounts(sources.flatMap((source) => source.account ?? []));
  return {
    id: `group:${by}:${name ?? ""}`,
    label,
    description,
    ...look(state),
    context: "group",
    aria: spoken(label, state, description, l10n),
    open: true,
    chart: { sources: sources.map(({ id }) => id) },
    details: () => [
      [l10n.t("Logs"), String(rows.length)],
      [l10n.t("State"), counted.map(([one, count]) => `${one}: ${count}`).join(", ")],
      ...flowDetails(flow, l10n),
      ...readDetails(account(), l10n),
    ],
    table: () => fateTable(account(), l10n),
    source: undefined,
    path: undefined,
    rows: rows.map(({ row }) => row),
  };
}
