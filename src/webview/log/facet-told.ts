import type { FacetsTold } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";

type Field = FacetsTold["fields"][number];

/** How many different values a field has. */
export function valuesText(
  { t }: L10n,
  formats: Pick<Formats, "count">,
  { distinct, more, rough }: Pick<Field, "distinct" | "more" | "rough">,
): string {
  const number = formats.count(distinct);
  if (more) return t("more than {0} values", number);
  if (rough) return t("about {0} values", number);
  return distinct === 1 ? t("1 value") : t("{0} values", number);
}

/** How many values there are beside those that are listed. */
export function othersText(
  { t }: L10n,
  formats: Pick<Formats, "count">,
  { distinct, more, rough, values }: Pick<Field, "distinct" | "more" | "rough" | "values">,
): string {
  const number = distinct - values.length;
  const rest = formats.count(number);
  if (more) return t("and more than {0} others", rest);
  if (number === 1 && !rough) return t("and 1 other");
  return rough ? t("and about {0} others", rest) : t("and {0} others", rest);
}

/** How many lines have a value too long to be told from others. */
export function longerText({ t }: L10n, formats: Pick<Formats, "count">, lines: number): string {
  return lines === 1
    ? t("1 line has a longer value")
    : t("{0} lines have a longer value", formats.count(lines));
}

/** What a number of a spread is, as it is compared with and as it is told. */
export function spreadTexts(
  { t }: L10n,
  key: Quantile,
  { [key]: value, rough }: NonNullable<Field["numbers"]>,
): { readonly value: number; readonly text: string } | undefined {
  if (value === undefined) return undefined;
  const text = quantileText(value);
  if (key === "min" || key === "max") return { value, text };
  return { value: Number(text), text: rough ? t("about {0}", text) : text };
}

export const QUANTILES = ["min", "p50", "p90", "p95", "p99", "max"] as const;
type Quantile = (typeof QUANTILES)[number];

/** As it is written in a query: three digits are what a quantile is worth; of larger whole numbers all. */
export function quantileText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

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
  if (counted >= hits && hits === now)
    return hits === 1 ? t("1 hit counted") : t("all {0} hits counted", all);
  const sampled = done && counted < hits;
  return sampled ? t("sampled: {0} of {1} hits", some, all) : t("counting: {0} of {1} hits", some, all);
}
