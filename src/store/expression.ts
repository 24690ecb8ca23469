import { reasonOf, UserError } from "../errors.ts";
import { createLimit } from "../lib/limit.ts";
import { createWatchdog, type Watchdog } from "../lib/watchdog.ts";
import type { File } from "./access.ts";
import type { Expression } from "./lexer.ts";
import type { Rows } from "./rows.ts";

type Matcher = (rows: Rows, at: number, file: File) => boolean;

/** The same expression as JavaScript's. @throws UserError with why it is none */
export function compileExpression({ source, flags }: Pick<Expression, "source" | "flags">): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    // "Invalid regular expression: /(/: Unterminated group"
    const [, why = reasonOf(error)] = /: ([^:]*)$/.exec(reasonOf(error)) ?? [];
    throw new UserError(`/${source}/ is no regular expression: ${why}`);
  }
}

/** Without repetitions and groups it looks at each place of a text once, so that nothing need stop it. */
export function isQuick({ source }: Pick<Expression, "source">): boolean {
  return !/[*+?{(]/.test(withoutEscapes(source));
}

/** Whether a match in a line is one as well where other lines stand right before and behind it. */
export function isFree(expression: Pick<Expression, "source">): boolean {
  return isQuick(expression) && !/[$^]/.test(expression.source) && !/\\[bB]/.test(expression.source);
}

const withoutEscapes = (source: string): string => source.replace(/\\./g, "");

/** What stops the expressions of all queries that are compiled with it. */
export const createQueryWatchdog = (): Watchdog => createWatchdog(createLimit());

/**
 * A matcher whose expressions may take any time, made one that ends. All rows of a run are judged when the first of
 * them is asked for: each limit costs a thread, too much to have one a row.
 * @param pattern by which the watchdog remembers it
 * @param refusal what is thrown when a row takes too long, from then on at once
 */
export function bounded(
  matches: Matcher,
  pattern: string,
  watchdog: Watchdog,
  refusal: (many: boolean) => Error,
): Matcher {
  let judged: Rows | undefined;
  let verdicts = new Uint8Array();
  let refused: Error | undefined;

  const judge = (rows: Rows, file: File): void => {
    const fits = new Uint8Array(rows.count);
    let at = 0;
    const work = (): void => {
      for (; at < rows.count; at++) fits[at] = matches(rows, at, file) ? 1 : 0;
    };
    const verdict = watchdog.run(pattern, work, () => {
      if (at >= rows.count) return undefined;
      return () => {
        const fit = matches(rows, at, file) ? 1 : 0;
        return () => {
          fits[at++] = fit;
        };
      };
    });
    if (verdict) {
      refused = refusal(verdict.many);
      throw refused;
    }
    verdicts = fits;
    judged = rows;
  };

  return (rows, at, file) => {
    if (refused) throw refused;
    if (rows !== judged) judge(rows, file);
    return verdicts[at] === 1;
  };
}
