import { type Account, type Amount, remainderOf } from "../model.ts";
import { bytes } from "./figures.ts";
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
        "{0} records read ({1}), {2} parsed, {3} unparsed",
        lines.toLocaleString(),
        bytes(account.bytes),
        (lines - unparsed).toLocaleString(),
        unparsed.toLocaleString(),
      ),
    ],
    ...(skipped > 0 ? ([[l10n.t("Skipped"), bytes(skipped)]] as const) : []),
    ...(missing === 0
      ? []
      : ([[l10n.t("Missing"), l10n.t("{0}: please report this", bytes(missing))]] as const)),
  ];
}

/** What became of it at each sink; empty when nothing was for any. The rest is shown only where there is one. */
export function fateTable(account: Account | undefined, l10n: L10n): Table {
  if (!account || account.sinks.length === 0) return [];
  const open = account.sinks.map((sink) => remainderOf(sink));
  const loud = open.some(({ records, bytes: rest }) => records !== 0 || rest !== 0);
  const passed = account.sinks.some(({ leftOut }) => leftOut);
  const text = ({ records } = NOTHING): string => records.toLocaleString();
  return [
    [
      l10n.t("Sink"),
      l10n.t("Delivered"),
      ...(passed ? [l10n.t("Left out")] : []),
      l10n.t("Waiting"),
      l10n.t("Dropped"),
      l10n.t("Dead"),
      ...(loud ? [l10n.t("Unaccounted for")] : []),
    ],
    ...account.sinks.map(({ sink, delivered, leftOut, waiting, dropped, dead }, at) => [
      sink,
      text(delivered),
      ...(passed ? [text(leftOut)] : []),
      ...[waiting, dropped, dead].map(text),
      ...(loud ? [text(open[at])] : []),
    ]),
  ];
}
