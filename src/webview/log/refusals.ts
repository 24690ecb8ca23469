import { createKnownTexts } from "../../protocol/known-texts.ts";
import type { L10n } from "../l10n.ts";

/**
 * Why something could not be done with a line or in a place, in the editor's language, where the engine itself says so
 * and no server or system; `refusals.test.ts` holds the list against what is thrown.
 */
export function createRefusals(l10n: L10n): (reason: string) => string {
  return createKnownTexts(TEXTS, l10n);
}

const TEXTS = (t: (message: string) => string): readonly string[] => [
  t("the store no longer has this record: it was dropped to make room"),
  t("{0} no longer has this line at byte {1}; the details show it as it was read"),
  t("{0} is no file: what came from there is in the store alone; the details show it"),
  t("the spool no longer knows {0}: its record was forgotten"),
  t("{0} holds no spool.db: nothing was ever sent"),
  t("this view has no search"),
  t("there is no sink {0}: choose where to search"),
  t("the sink {0} waits until you allow {1}: nothing is asked there before"),
  t("what the sink {0} writes can't be searched"),
  t("the index does not tell a file of this computer for this line"),
  t("the index no longer has this document, or it fits the search no longer"),
  t("the server does not tell the fields of the index: check url"),
  t("{0} does not answer like Elasticsearch or OpenSearch: check url"),
  t("more than {0} lines of one moment, and nothing in the index tells them apart: narrow the search"),
  t("too many lines of one moment to be read by their place: narrow the search"),
];
