import type { BreakerFigures, SinkFigures, Snapshot, SourceFigures } from "../model.ts";
import { originTable } from "./account-text.ts";
import type { L10n } from "./l10n.ts";
import { hasLetters } from "./possible.ts";
import { look, type Row, spoken, stateName } from "./rows.ts";

/** Sinks in the order of the configuration. */
export function sinkRows(snapshot: Snapshot, l10n: L10n): readonly Row[] {
  return snapshot.sinks.map((sink) => sinkRow(sink, snapshot.sources, l10n));
}

function sinkRow(sink: SinkFigures, sources: readonly SourceFigures[], l10n: L10n): Row {
  const description = descriptionOf(sink, l10n);
  return {
    id: `sink:${sink.id}`,
    label: sink.id,
    description,
    ...look(sink.state),
    context: `sink.${sink.state}${kindOf(sink)}`,
    aria: spoken(sink.id, sink.state, description, l10n),
    chart: { sink: sink.id },
    details: () => detailsOf(sink, l10n),
    table: () => originTable(sink.id, sources, l10n),
    source: undefined,
    path: undefined,
    rows: [],
  };
}

/** What is offered for some sinks alone: a store is sent nothing anew, and few have dead letters. */
function kindOf(sink: SinkFigures): "" | ".store" | ".dead" {
  if (sink.type === "store") return ".store";
  return hasLetters(sink) ? ".dead" : "";
}

/** How far behind it is, or why nothing goes there; then what someone should look at. */
function descriptionOf(sink: SinkFigures, l10n: L10n): string {
  const { state, lagRecords, lastError, breaker, deadWaiting } = sink;
  const lag = lagRecords > 0 ? l10n.t("{0} behind", l10n.compact(lagRecords)) : l10n.t("up to date");
  const name = stateName(state, l10n);
  const why = sink.consent?.join(", ") ?? (state === "failed" ? lastError : undefined);
  const parts = state === "running" ? [lag] : why ? [`${name}: ${why}`] : [name, lag];
  // Early, lest a narrow view cuts it off.
  if (sink.unverified) parts.splice(1, 0, l10n.t("not verified"));
  if (state === "retrying" && breaker.state === "open" && breaker.nextTryAt !== undefined)
    parts.push(l10n.t("next try {0}", l10n.time(breaker.nextTryAt)));
  if (sink.replaying !== undefined) parts.push(l10n.t("replaying"));
  if (deadWaiting > 0) parts.push(l10n.t("{0} dead", l10n.compact(deadWaiting)));
  return parts.join(" · ");
}

function detailsOf(sink: SinkFigures, l10n: L10n): readonly (readonly [label: string, value: string])[] {
  const { state, lastError, lastErrorAt } = sink;
  return [
    [l10n.t("State"), stateName(state, l10n)],
    ...(state === "paused"
      ? ([[l10n.t("Paused"), l10n.t("nothing is sent; what is read waits in the spool")]] as const)
      : []),
    [l10n.t("Target"), sink.target],
    ...(sink.unverified
      ? ([
          [
            l10n.t("Certificate"),
            l10n.t("not verified: whoever is on the way can read and change what is sent"),
          ],
        ] as const)
      : []),
    [l10n.t("Delivered"), l10n.whole(sink.delivered)],
    [
      l10n.t("Behind"),
      l10n.t(
        "records: {0}, {1}, {2} s",
        l10n.whole(sink.lagRecords),
        l10n.bytes(sink.lagBytes),
        Math.round(sink.lagMs / 1000),
      ),
    ],
    [l10n.t("In flight"), l10n.whole(sink.inFlight)],
    [l10n.t("Retries"), l10n.whole(sink.retries)],
    [l10n.t("Breaker"), breakerText(sink.breaker, l10n)],
    [
      l10n.t("Dead letters"),
      l10n.t(
        "{0} in the file, {1} refused, {2} sent again",
        l10n.whole(sink.deadWaiting),
        l10n.whole(sink.dead),
        l10n.whole(sink.replayed),
      ),
    ],
    ...(sink.replaying === undefined
      ? []
      : ([[l10n.t("Replay"), l10n.t("{0} to be sent", l10n.bytes(sink.replaying))]] as const)),
    [l10n.t("Dropped"), l10n.whole(sink.dropped)],
    ...(sink.leftOut ? ([[l10n.t("Left out by its options"), l10n.whole(sink.leftOut)]] as const) : []),
    ...(sink.folded ? ([[l10n.t("Values written as _other"), l10n.whole(sink.folded)]] as const) : []),
    ...(lastError
      ? ([
          [
            l10n.t("Last error"),
            lastErrorAt === undefined ? lastError : `${l10n.time(lastErrorAt)}: ${lastError}`,
          ],
        ] as const)
      : []),
  ];
}

function breakerText({ state, since, failures, nextTryAt }: BreakerFigures, l10n: L10n): string {
  if (state === "closed") return l10n.t("closed");
  const begun = l10n.t("{0} since {1}, failures in a row: {2}", state, l10n.time(since), failures);
  return nextTryAt === undefined ? begun : `${begun}, ${l10n.t("next try {0}", l10n.time(nextTryAt))}`;
}
