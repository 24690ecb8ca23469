import { type Account, type Amount, closes, remainderOf, type SinkAccount } from "../model.ts";
import type { L10n } from "./l10n.ts";

/** A heading and rows of text. */
export type Table = readonly (readonly string[])[];

const NOTHING: Amount = { records: 0, bytes: 0 };

/** What was read over all runs, as label and value. */
export function readDetails(
  account: Account | undefined,
  l10n: L10n,
): readonly (readonly [label: string, value: string])[] {
  if (!account) return [];
  const { lines, unparsed, skipped, missing } = account;
  return [
    [
      l10n.t("Account"),
      l10n.t(
        "{0} records read ({1}) = {2} parsed + {3} unparsed",
        l10n.whole(lines),
        l10n.bytes(account.bytes),
        l10n.whole(lines - unparsed),
        l10n.whole(unparsed),
      ),
    ],
    ...(skipped > 0 ? ([[l10n.t("Skipped"), l10n.bytes(skipped)]] as const) : []),
    ...(missing === 0
      ? []
      : ([[l10n.t("Missing"), l10n.t("{0}: please report this", l10n.bytes(missing))]] as const)),
    [
      l10n.t("Balance"),
      closes(account)
        ? l10n.t("every record is accounted for")
        : l10n.t("does not add up: please report this, with what inspect --json prints"),
    ],
  ];
}

/** What became of it at each sink; empty when nothing was for any. The rest is shown only where there is one. */
export function fateTable(account: Account | undefined, l10n: L10n): Table {
  return table(
    l10n.t("Sink"),
    (account?.sinks ?? []).map((sink) => [sink.sink, sink]),
    l10n,
  );
}

/** What a sink was to get, source by source. */
export function originTable(
  sink: string,
  sources: readonly { readonly id: string; readonly account?: Account }[],
  l10n: L10n,
): Table {
  const rows = sources.flatMap(({ id, account }) =>
    (account?.sinks ?? []).filter((one) => one.sink === sink).map((one) => [id, one] as const),
  );
  const all = rows.length > 1 ? [[l10n.t("All"), sumOf(rows.map(([, one]) => one))] as const] : [];
  return table(l10n.t("Log"), [...rows, ...all], l10n);
}

/** Each row adds up: what was for the sink is what became of it. */
function table(
  first: string,
  rows: readonly (readonly [name: string, account: Omit<SinkAccount, "sink">])[],
  l10n: L10n,
): Table {
  if (rows.length === 0) return [];
  const open = rows.map(([, account]) => remainderOf(account));
  const loud = open.some(({ records, bytes: rest }) => records !== 0 || rest !== 0);
  const passed = rows.some(([, { leftOut }]) => leftOut);
  const text = ({ records } = NOTHING): string => l10n.whole(records);
  return [
    [
      first,
      l10n.t("Read for it"),
      l10n.t("Delivered"),
      ...(passed ? [l10n.t("Left out")] : []),
      l10n.t("Waiting"),
      l10n.t("Dropped"),
      l10n.t("Dead"),
      ...(loud ? [l10n.t("Unaccounted for")] : []),
    ],
    ...rows.map(([name, { routed, delivered, leftOut, waiting, dropped, dead }], at) => [
      name,
      text(routed),
      text(delivered),
      ...(passed ? [text(leftOut)] : []),
      ...[waiting, dropped, dead].map(text),
      ...(loud ? [text(open[at])] : []),
    ]),
  ];
}

/** The accounts of several sources as one. */
export function sumAccounts(accounts: readonly Account[]): Account | undefined {
  if (accounts.length === 0) return undefined;
  const sinks = new Set(accounts.flatMap((account) => account.sinks.map(({ sink }) => sink)));
  const sum = (key: "lines" | "unparsed" | "bytes" | "skipped" | "missing"): number =>
    accounts.reduce((total, account) => total + account[key], 0);
  return {
    lines: sum("lines"),
    unparsed: sum("unparsed"),
    bytes: sum("bytes"),
    skipped: sum("skipped"),
    missing: sum("missing"),
    sinks: [...sinks].map((sink) => ({
      sink,
      ...sumOf(accounts.flatMap((account) => account.sinks.filter((one) => one.sink === sink))),
    })),
  };
}

function sumOf(accounts: readonly Omit<SinkAccount, "sink">[]): Omit<SinkAccount, "sink"> {
  const sum = (key: "routed" | "delivered" | "leftOut" | "dead" | "dropped" | "waiting"): Amount => ({
    records: accounts.reduce((total, account) => total + (account[key]?.records ?? 0), 0),
    bytes: accounts.reduce((total, account) => total + (account[key]?.bytes ?? 0), 0),
  });
  return {
    routed: sum("routed"),
    delivered: sum("delivered"),
    ...(accounts.some(({ leftOut }) => leftOut) && { leftOut: sum("leftOut") }),
    dead: sum("dead"),
    dropped: sum("dropped"),
    waiting: sum("waiting"),
  };
}
