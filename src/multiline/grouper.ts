import { judges } from "./index.ts";
import type { Judge } from "./judge.ts";
import { createPattern, type Pattern } from "./pattern.ts";

/** How lines are put together; plain data, kept with what was read by it. */
export interface Grouping {
  readonly by: { readonly preset: string } | Pattern;
  /** A group ends with the line that reaches one of these; what comes then is a group of its own. */
  readonly maxLines: number;
  /** With the line ends. */
  readonly maxBytes: number;
}

/**
 * Cuts a run of lines into groups. Where a group ends depends on its own lines alone, so that reading may begin
 * anew at any of them.
 */
export interface Grouper {
  /**
   * Takes the next line, without its end, and says whether it begins a group. The first line does.
   * @param bytes length of the line in its file, with its end
   */
  begins(line: string, bytes: number): boolean;
  /** The last line ended its group, whatever comes. */
  readonly ended: boolean;
  /** The group that ended so, of several lines, did because it reached a limit. */
  readonly full: boolean;
  /** The next line begins a group, whatever it is. */
  reset(): void;
}

/** @throws SyntaxError for a pattern that is no expression, and Error for a preset that is none */
export function createGrouper({ by, maxLines, maxBytes }: Grouping): Grouper {
  const judge: Judge = "preset" in by ? presetOf(by.preset) : createPattern(by);
  let lines = 0;
  let held = 0;
  const isFull = (): boolean => lines >= maxLines || held >= maxBytes;

  return {
    begins(line, bytes) {
      const first = lines === 0 || isFull() || judge.ended || !judge.continues(line);
      if (first) {
        lines = 0;
        held = 0;
        judge.begin(line);
      }
      lines++;
      held += bytes;
      return first;
    },
    get ended() {
      return lines === 0 || isFull() || judge.ended;
    },
    get full() {
      return lines > 1 && isFull();
    },
    reset() {
      lines = 0;
      held = 0;
    },
  };
}

function presetOf(name: string): Judge {
  const create = judges.get(name);
  if (!create) throw new Error(`there is no multiline preset "${name}"`);
  return create();
}
