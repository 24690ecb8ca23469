import type { Trial } from "../protocol/trial.ts";
import type { L10n } from "./l10n.ts";

/**
 * Places of parsers in a list, the best first: those that most of the lines are of the form of, then the text as it
 * is, then those that take some, or find no time where the text shows one; what takes none, or can't be tried, last.
 * Where two do as well, the one that was named first.
 */
export function bestFirst(trials: readonly Trial[]): readonly number[] {
  return trials
    .map((trial, at) => ({ trial, at, rank: rankOf(trial, trials) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        Number(b.trial.timed > 0) - Number(a.trial.timed > 0) ||
        b.trial.taken - a.trial.taken ||
        b.trial.fields - a.trial.fields ||
        a.at - b.at,
    )
    .map(({ at }) => at);
}

/** A codicon that tells at a glance how well a parser does among others, beside the words. */
export function trialIcon(trial: Trial, among: readonly Trial[]): string {
  return ["pass", "circle-outline", "circle-outline", "circle-slash"][rankOf(trial, among)] ?? "";
}

function rankOf(trial: Trial, among: readonly Trial[]): number {
  const { taken, fitting, timed, records, fault } = trial;
  if (fault !== undefined || taken === 0) return 3;
  if (isText(trial)) return 1;
  // A log without its times is worth less than its text.
  if (timed === 0 && among.some(showsTimes)) return 2;
  return fitting * 2 >= records ? 0 : 2;
}

/** Its text has times: more than a banner's or two. */
function showsTimes(trial: Trial): boolean {
  return isText(trial) && trial.timed > 0 && trial.timed * 10 >= trial.records;
}

function isText({ name }: Trial): boolean {
  return /^plain$|\(plain\)/.test(name);
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
