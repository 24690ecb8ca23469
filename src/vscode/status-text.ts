import type { Snapshot } from "../model.ts";
import type { L10n } from "./l10n.ts";
import type { Standing } from "./standing.ts";

export interface StatusText {
  /** With codicons: `$(pulse) 1.2k/s $(error) 3`. */
  readonly text: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Lines of the tooltip. */
  readonly lines: readonly string[];
  readonly failed: boolean;
}

/** What the status bar says; undefined where there is nothing to say: no log and no fault. */
export function statusText(
  snapshot: Snapshot | undefined,
  faults: readonly Standing[],
  l10n: L10n,
): StatusText | undefined {
  const watched = snapshot?.sources.length ?? 0;
  if (watched === 0 && faults.length === 0) return undefined;
  const rate = l10n.t("{0}/s", l10n.compact(snapshot?.totals.linesPerSecond ?? 0));
  const errors = snapshot?.totals.errors ?? 0;
  const failed = faults.some(({ severity }) => severity === "error");
  const amiss = faults.filter(({ severity }) => severity !== "info").length;
  const icon = amiss > 0 ? "$(warning)" : snapshot?.followed ? "$(eye)" : "$(pulse)";
  return {
    text: `${icon} ${rate}${errors > 0 ? ` $(error) ${l10n.compact(errors)}` : ""}`,
    spoken: l10n.t("Log Monitor: {0}, errors: {1}, problems: {2}", rate, errors, amiss),
    lines: [
      l10n.t("Logs watched: {0}", watched),
      l10n.t("Lines: {0} · Errors: {1}", l10n.whole(snapshot?.totals.lines ?? 0), l10n.whole(errors)),
      ...lagging(snapshot, l10n),
      ...faults.map(({ message }) => message),
    ],
    failed,
  };
}

function lagging(snapshot: Snapshot | undefined, l10n: L10n): readonly string[] {
  return (snapshot?.sinks ?? [])
    .filter(({ state }) => state === "retrying" || state === "failed")
    .map((sink) => l10n.t("{0}: {1} behind", sink.id, l10n.compact(sink.lagRecords)));
}
