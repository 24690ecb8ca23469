import { createKnownTexts } from "./known-texts.ts";

/**
 * What a source or a file waits for, in the editor's language; why one fails stays as it is. `waiting-texts.test.ts`
 * holds the list against what sources say.
 */
export function createWaitingTexts(l10n: { t(message: string): string }): (reason: string) => string {
  return createKnownTexts(
    (t) => [
      t("no file matches {0} yet"),
      t("the file does not exist yet"),
      t("1 file has not changed for {0} s (ignoreOlder): it is read on when that happens"),
      t("{0} files have not changed for {1} s (ignoreOlder): they are read on when that happens"),
      t("renamed or removed: kept open until it has been quiet for ten seconds; all of it is read"),
      t(
        "renamed or removed: kept open until it has been quiet for ten seconds; {0} bytes of it are not read yet",
      ),
    ],
    l10n,
  );
}
