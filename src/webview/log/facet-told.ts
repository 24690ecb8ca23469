import type { FacetsTold } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";

/**
 * How many of the hits the fields were counted of.
 * @param now how many hits there are by now, which is told more often than the fields
 */
export function countedText(
  { t }: L10n,
  formats: Formats,
  { counted, hits, done }: Pick<FacetsTold, "counted" | "hits" | "done">,
  now: number,
): string {
  const [some, all] = [formats.count(counted), formats.count(Math.max(counted, now))];
  if (counted >= hits && hits === now) return t("all {0} hits counted", all);
  const sampled = done && counted < hits;
  return sampled ? t("sampled: {0} of {1} hits", some, all) : t("counting: {0} of {1} hits", some, all);
}
