import type { Loss, Progress } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import type { LogState } from "./state.ts";

/** So much of a query is told (UTF-16 units). */
const QUERY = 40;

export interface Situation {
  readonly state: Pick<LogState, "filter" | "index">;
  readonly progress: Progress | undefined;
  /** Why nothing can be searched: it is told where the lines would be. */
  readonly failure?: string | undefined;
  readonly paused: boolean;
  /** What is wrong with the query that is written, and what the lines are narrowed by meanwhile. */
  readonly problem?: unknown;
  readonly inForce?: Pick<LogState["filter"], "query">;
  /** Since when "the last minutes" are shown, where those are others by now, as a text. */
  readonly since?: string | undefined;
}

/**
 * How many lines are shown of how many, and why they may not be all.
 * @param losses what of each source was lost before it could be read
 */
export function stateText(
  { progress, failure, paused, problem, inForce, since, state: { filter, index } }: Situation,
  losses: readonly Loss[],
  { t }: L10n,
  formats: Pick<Formats, "count">,
): string {
  if (!progress) return failure === undefined ? t("Searching…") : "";
  const { count, scanned, total, done, damaged } = progress;
  const parts = [t("{0} of {1} lines", formats.count(count), formats.count(total))];
  if (problem !== undefined && inForce) {
    const query = inForce.query.trim();
    if (query === "") parts.push(t("still without a query"));
    else parts.push(t("still for {0}", query.length > QUERY ? `${query.slice(0, QUERY)}…` : query));
  }
  if (!done) parts.push(t("searching, {0} %", Math.floor((100 * scanned) / Math.max(1, total))));
  if (since !== undefined) parts.push(t("from {0} on", since));
  if (paused) parts.push(t("paused"));
  else if (index !== undefined) parts.push(t("asked anew every few seconds"));
  if (damaged === 1) parts.push(t("1 line can't be read"));
  else if (damaged > 0) parts.push(t("{0} lines can't be read", formats.count(damaged)));
  const { sources } = filter;
  // An index may hold what other machines read.
  const lost = index === undefined ? losses.filter(({ source }) => sources?.includes(source) ?? true) : [];
  const messages = lost.reduce((sum, one) => sum + one.messages, 0);
  const names = lost.map(({ source }) => source).join(", ");
  if (messages > 0) parts.push(t("{0} lost before they could be read ({1})", formats.count(messages), names));
  return parts.join(" · ");
}
