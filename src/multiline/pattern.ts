import type { Judge } from "./judge.ts";

/** The user's own expression, as Filebeat has it. */
export interface Pattern {
  /** JavaScript expression, looked for anywhere in a line. */
  readonly pattern: string;
  /** Take the lines that do not match. */
  readonly negate: boolean;
  /** Those lines go on with the line before them (`after`), or the line after them goes on with them (`before`). */
  readonly match: "after" | "before";
}

/** @throws SyntaxError */
export function createPattern({ pattern, negate, match }: Pattern): Judge {
  const expression = new RegExp(pattern);
  const takes = (line: string): boolean => expression.test(line) !== negate;
  if (match === "after") return { ended: false, begin() {}, continues: takes };
  let ended = false;
  return {
    get ended() {
      return ended;
    },
    begin(line) {
      ended = !takes(line);
    },
    continues(line) {
      ended = !takes(line);
      return true;
    },
  };
}
