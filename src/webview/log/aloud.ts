import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";

/** Between two times that lines which came are told of, in ms: who reads others is not to be interrupted. */
const SELDOM = 30_000;

/** What of the lines is told to those who don't see it: how many were found, and that others came. */
export interface Aloud {
  /**
   * A search has found lines, and has ended.
   * @param asked what was searched for: the same is told of once, however often it is searched for anew
   */
  found(asked: string, text: string): void;
  /** No line is seen: why. The same is told of again only once lines were. */
  nothing(why: string): void;
  /** So many lines came since following stopped. */
  fresh(count: number): void;
}

interface Parts {
  readonly l10n: L10n;
  readonly formats: Pick<Formats, "count">;
  readonly say: (text: string) => void;
  /** In ms. */
  readonly now?: () => number;
}

export function createAloud({ l10n: { t }, formats, say, now = () => performance.now() }: Parts): Aloud {
  /** What was told last: what a search is for that found lines, or why none are seen. */
  let told: string | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let reading = false;
  return {
    found(asked, text) {
      if (asked === told) return;
      told = asked;
      say(text);
    },
    nothing(why) {
      if (why === told) return;
      told = why;
      say(why);
    },
    fresh(count) {
      const began = !reading && count > 0;
      reading = count > 0;
      // Who scrolls to and fro hears it no oftener than now and then.
      if (!reading || now() - last < (began ? SELDOM / 10 : SELDOM)) return;
      last = now();
      say(t("{0} new ↓", formats.count(count)));
    },
  };
}
