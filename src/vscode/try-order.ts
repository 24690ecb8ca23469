import type { Trial } from "../protocol/trial.ts";
import type { L10n } from "./l10n.ts";

/**
 * Places of parsers in a list, the best first: those that take most of the lines apart, then the text as it is, then
 * those that take some; what takes none, or can't be tried, last. Where two do as well, the one that was named first.
 */
export function bestFirst(trials: readonly Trial[]): readonly number[] {
  return trials
    .map((trial, at) => ({ trial, at, rank: rankOf(trial) }))
    .sort(
      (a, b) =>
        a.rank - b.rank || b.trial.taken - a.trial.taken || b.trial.fields - a.trial.fields || a.at - b.at,
    )
    .map(({ at }) => at);
}

/** A codicon that tells at a glance how well a parser does, beside the words. */
export function trialIcon(trial: Trial): string {
  return ["pass", "circle-outline", "circle-outline", "circle-slash"][rankOf(trial)] ?? "";
}

function rankOf({ name, taken, records, fault }: Trial): number {
  if (fault !== undefined || taken === 0) return 3;
  if (/^plain$|\(plain\)/.test(name)) return 1;
  return taken * 2 >= records ? 0 : 2;
}

/** What a parser made of the lines, in a few words. */
export function trialText({ lines, records, taken, fields, fault }: Trial, l10n: L10n): string {
  if (fault !== undefined) return fault;
  const apart = lines === records;
  const what = apart
    ? l10n.t("{0} of {1} lines", taken, records)
    : l10n.t("{0} of {1} records, made of {2} lines", taken, records, lines);
  if (taken === 0) return what;
  if (fields === 1) return l10n.t("{0}, 1 field", what);
  return fields === 0 ? l10n.t("{0}, no fields", what) : l10n.t("{0}, {1} fields", what, fields);
}

/** What `auto` took the lines for. */
export function pickOf({ name }: Trial): string | undefined {
  return /^auto \((.+)\)$/.exec(name)?.[1];
}
