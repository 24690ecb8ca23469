import type { Judge } from "./judge.ts";

/** From a state to the next, by a line that goes on with the group. */
export interface Rule {
  /** States it holds in: `start` for a group's first line only, `text` after a line that says nothing special. */
  readonly from: readonly string[];
  readonly line: RegExp;
  /** A line that matches this as well does not count. */
  readonly unless?: RegExp;
  readonly to: string;
}

/** How the traces of a language are told from the lines of a log: one file in this folder, one line in the registry. */
export interface Preset {
  readonly name: string;
  /** For the documentation: what the groups are. */
  readonly about: string;
  /**
   * The first that matches decides. Beside them, blank and indented lines go on with a group in every state, and
   * in one that begins with a date all lines that have no head of their own. A line that nothing takes begins the
   * next.
   */
  readonly rules: readonly Rule[];
  /** Logs as they were written, each cut into its groups. */
  readonly samples: readonly (readonly string[])[];
}

/** A date or a time at the head of a line, as loggers write it. */
const DATED =
  /^(?:<\d{1,3}>)?[[("']?(?:\d{4}[-/.]\d|\d{1,2}[-/. ](?:\d{1,2}|[A-Z][a-z]{2})[-/. ]|\d{1,2}:\d\d|\d{9}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),? +(?:\d|[A-Z][a-z]{2} ))|^[A-Z], \[\d/;
const LEVEL =
  /^[[("']?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|CONFIG|FINE|FINER|FINEST)\b|^(?:trace|debug|dbug|info|warn|warning|error|fail|crit|fatal)(?::|\[| *[|-])|^\[\w|^(?:time|ts|level|lvl|t)=|^\d{1,3}(?:\.\d{1,3}){3} /;

/**
 * The head of a log line as loggers write it: a time, a level, a thread in brackets, a client. A message of several
 * lines ends here.
 */
export const STAMPED = new RegExp(`${DATED.source}|${LEVEL.source}`);

const GOES_ON = /^(?:[\t ]|$)/;
/** So much of a line (characters) says what it is: what an expression costs is bounded, however long the line. */
const SEEN = 1000;

export function createAutomaton({ rules }: Pick<Preset, "rules">): Judge {
  const byState = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const state of rule.from) byState.set(state, [...(byState.get(state) ?? []), rule]);
  }
  const none: readonly Rule[] = [];
  let state = "text";
  /** The group begins with a date, so that lines without one belong to it. */
  let dated = false;
  /** The line that did not go on with the group before it, in state `text`. */
  let refused: string | undefined;

  const ruleFor = (from: string, line: string): Rule | undefined => {
    const seen = line.length > SEEN ? line.slice(0, SEEN) : line;
    for (const rule of byState.get(from) ?? none) {
      if (rule.line.test(seen) && !rule.unless?.test(seen)) return rule;
    }
    return undefined;
  };

  return {
    ended: false,
    begin(line) {
      const rule = ruleFor("start", line) ?? (line === refused ? undefined : ruleFor("text", line));
      refused = undefined;
      state = rule?.to ?? "text";
      dated = DATED.test(line);
    },
    continues(line) {
      const rule = ruleFor(state, line);
      if (rule) state = rule.to;
      else if (!GOES_ON.test(line) && !(dated && !STAMPED.test(line) && !ruleFor("start", line))) {
        refused = state === "text" ? line : undefined;
        return false;
      }
      return true;
    },
  };
}
