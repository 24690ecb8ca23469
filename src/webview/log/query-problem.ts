import { createKnownTexts } from "../../protocol/known-texts.ts";
import type { L10n } from "../l10n.ts";

/**
 * The refusals of queries, by the store and by remote indexes, in the editor's language; `query-problem.test.ts` holds
 * the list against what is thrown.
 */
export function createProblemTexts(l10n: L10n): (reason: string) => string {
  return createKnownTexts(TEXTS, l10n);
}

const TEXTS = (t: (message: string) => string): readonly string[] => [
  t("a word is missing here"),
  t('"{0}:" needs a value'),
  t("this {0} has no partner"),
  t('write the range of "{0}" as [low TO high]; * is an open end'),
  t("the query stops short"),
  t('"{0}" can\'t stand here'),
  t("there is nothing between these parentheses"),
  t("there are more than {0} terms"),
  t("the query is longer than {0} characters"),
  t("a level has no wildcards"),
  t("a status is compared with numbers: write it like status:>=500"),
  t("a time has no expressions: compare it, or use a range"),
  t("a wildcard can't be compared"),
  t('"{0}" is no level: write one of {1}'),
  t('"{0}" is no time: write 2024-05-01T12:30:00Z or seconds since 1970'),
  t("/{0}/ is no regular expression: {1}"),
  t("the expression takes too long over these lines: write it more narrowly"),
  t("the expression takes too long over a line: write it so that it can match a text in one way only"),
  t("a time has no wildcards in a remote index: use a range"),
  t("the documents of this index have no time"),
  t("an id can't be compared in a remote index"),
  t("an id has no wildcards in a remote index"),
  t("this expression can't be asked of a remote index: {0}"),
  t("the index can be searched for words alone in {0}"),
  t("{0} is indexed by its words alone: ask for them, without the name of the field"),
  t("{0} is indexed by its words alone, which have no expressions"),
  t("{0} is no text in the index, and has no expressions: compare it"),
  t("{0} is of several types in the indexes that are searched, and can't be asked for"),
  t("{0} is true or false, and has no wildcards"),
  t("{0} is no text in the index, and has no wildcards there: compare it, or use a range"),
  t("{0} is no text in the index, and has no wildcards there: write {1}"),
  t("{0} is a number in the index, and has wildcards at its end only: compare it, or use a range"),
  t("{0} is text in the index, and can't be compared with numbers"),
  t("{0} is text in the index, and can't be compared with durations"),
  t("{0} is indexed by its words alone, and can't be compared"),
  t("$ stands at the end of an expression only"),
  t("^ stands at the beginning of an expression only"),
  t("it is longer than {0} characters there"),
  t("an index can't look ahead or behind"),
  t("an index has no [{0}]"),
  t("an index has no class without characters"),
  t("an index has no {0}"),
];
