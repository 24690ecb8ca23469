import { createLimit } from "../lib/limit.ts";
import type { Log } from "../lib/log.ts";
import { createWatchdog } from "../lib/watchdog.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";
import type { GroupGuard, GroupStop } from "../sources/source.ts";
import { createGuard, type Stop } from "./guard.ts";
import { parseLines, type Shape } from "./lines.ts";

/** A durable run of lines, as it was read or as it comes from the spool again. */
export interface Passage extends Shape {
  readonly seq: number;
  /** The spool's number of the configuration that it was read with. */
  readonly config: number;
  readonly bytes: Buffer;
  /** Offset of the first byte in its generation. */
  readonly start: number;
  readonly observed: number;
}

/**
 * Expressions that were stopped, by source. A source's lines after the one that its expression was stopped at are
 * records with an error, until its parser is configured anew or it is started or resumed; other sources with
 * the same expression go on. Blocks read again give what they gave before: those of this run by what is
 * remembered here, later ones by `stopped` in the configuration that they name.
 */
export interface Quarantine {
  /** Records of lines that were read just now. An expression that is stopped is from then on, for their source. */
  read(passage: Passage, parser: Parser, origin: Origin): LogRecord[];
  /** The same of a block from the spool. What is stopped here is so for the block alone. */
  replay(passage: Passage, parser: Parser, origin: Origin): LogRecord[];
  /** For looking at single lines beforehand: the parser with a limit, which leaves no mark. */
  limited(parser: Parser): Parser;
  /** What the records of a source say since its expression was stopped; undefined when it was not. */
  of(source: string): string | undefined;
  /** Keeps watch over the expression that puts a source's lines together. */
  grouping(source: string): GroupGuard;
  /** Why each line of a source is a record of its own, though it puts lines together; undefined when it does. */
  apart(source: string): string | undefined;
  /** Tries the source's expressions again, from the next lines on. */
  lift(source: string): void;
  /** One sentence for each source, for people. */
  readonly problems: readonly string[];
}

interface Mark {
  readonly source: string;
  readonly pattern: string;
  readonly config: number;
  readonly seq: number;
  /** In the block of that number. */
  readonly offset: number;
  readonly reason: string;
  readonly problem: string;
  /** The last block that it is for; infinite while it stands. */
  until: number;
}

/** Marks that are over and still remembered, for sinks that lag. */
const REMEMBERED = 1_000;

/** @param limit ends expressions that take too long; one for all of a thread */
export function createQuarantine(log: Log, limit = createLimit(log)): Quarantine {
  const watchdog = createWatchdog(limit);
  const guard = createGuard(watchdog);
  /** By source: groupings that were stopped. */
  const groupings = new Map<
    string,
    { readonly pattern: string; readonly reason: string; readonly problem: string }
  >();
  let marks: Mark[] = [];
  let latest = 0;

  const standing = (source: string): Mark | undefined =>
    marks.find((mark) => mark.source === source && mark.until === Number.POSITIVE_INFINITY);

  const markAt = ({ seq, config }: Passage, source: string): Mark | undefined =>
    marks.find(
      (mark) => mark.source === source && mark.config === config && mark.seq <= seq && seq <= mark.until,
    );

  const add = (mark: Mark): void => {
    if (marks.length >= REMEMBERED) marks = marks.filter(({ until }) => until === Number.POSITIVE_INFINITY);
    marks.push(mark);
  };

  /** @returns the records, and the line where the expression was stopped just now */
  const parse = (
    passage: Passage,
    parser: Parser,
    origin: Origin,
    until: number,
  ): { readonly records: LogRecord[]; readonly fresh: Mark | undefined } => {
    const { seq, config, bytes, start, observed } = passage;
    const known = markAt(passage, origin.source);
    if (known) {
      const after = known.seq < seq ? start : known.offset;
      const lines = stoppedParser(known.reason, parser, after);
      return { records: parseLines(bytes, start, lines, origin, observed, passage), fresh: undefined };
    }
    const { records, stop } = guard.parse({ ...passage, origin }, parser, reasonOf);
    if (!stop) return { records, fresh: undefined };
    const fresh: Mark = {
      source: origin.source,
      pattern: stop.pattern,
      config,
      seq,
      offset: stop.offset,
      reason: reasonOf(stop),
      problem: problemOf(stop, origin),
      until,
    };
    add(fresh);
    return { records, fresh };
  };

  return {
    read(passage, parser, origin) {
      latest = Math.max(latest, passage.seq);
      const { bytes, start, observed } = passage;
      if (!parser.expressions) return parseLines(bytes, start, parser, origin, observed, passage);
      const { records, fresh } = parse(passage, parser, origin, Number.POSITIVE_INFINITY);
      if (fresh) log.error(fresh.problem);
      return records;
    },
    replay(passage, parser, origin) {
      const { seq, bytes, start, observed } = passage;
      if (!parser.expressions) return parseLines(bytes, start, parser, origin, observed, passage);
      const { records, fresh } = parse(passage, parser, origin, seq);
      if (fresh) log.warn(`in lines read earlier: ${fresh.problem}`);
      return records;
    },
    limited: guard.limited,
    of: (source) => standing(source)?.reason,
    grouping: (source) => ({
      watchdog,
      get stopped() {
        return groupings.has(source);
      },
      stop(stop) {
        const problem = groupProblemOf(stop, source);
        groupings.set(source, { pattern: stop.pattern, reason: groupReasonOf(stop), problem });
        log.error(problem);
      },
    }),
    apart: (source) => groupings.get(source)?.reason,
    lift(source) {
      const mark = standing(source);
      if (mark) {
        mark.until = latest;
        watchdog.forgive(mark.pattern);
      }
      const grouping = groupings.get(source);
      if (grouping) {
        groupings.delete(source);
        watchdog.forgive(grouping.pattern);
      }
    },
    get problems() {
      const lasting = marks.filter(({ until }) => until === Number.POSITIVE_INFINITY);
      return [...lasting, ...groupings.values()].map(({ problem }) => problem);
    },
  };
}

/**
 * What reads the lines of a source whose expression was stopped.
 * @param before reads lines that begin before the offset `from`
 */
export function stoppedParser(reason: string, before?: Parser, from = 0): Parser {
  return {
    name: before?.name ?? "stopped",
    parse: (raw, origin, offset, observed) =>
      before && offset < from
        ? before.parse(raw, origin, offset, observed)
        : unparsed(raw, origin, offset, observed, reason),
  };
}

/** The same at each reading: what the limit was depends on what was stopped before. */
function reasonOf({ pattern, offset, many }: Stop): string {
  return `the pattern ${shortened(pattern)} was stopped${slowOnes(many)} at byte ${offset}: quarantined`;
}

function problemOf({ pattern, offset, line, ms, many }: Stop, { source, file }: Origin): string {
  return (
    `source ${source}: the pattern ${shortened(pattern)} was stopped after ${ms} ms${slowOnes(many)} at byte ` +
    `${offset} of ${file}, and is quarantined: lines from there on are kept unparsed. ${ADVICE}. The line begins ` +
    `with ${JSON.stringify(line)}`
  );
}

function groupReasonOf({ pattern, file, offset, many }: GroupStop): string {
  return (
    `multiline: the pattern ${shortened(pattern)} was stopped${slowOnes(many)} at byte ${offset} of ${file}: ` +
    `quarantined, each line is a record of its own`
  );
}

function groupProblemOf({ pattern, file, offset, line, ms, many }: GroupStop, source: string): string {
  return (
    `source ${source}: multiline: the pattern ${shortened(pattern)} was stopped after ${ms} ms${slowOnes(many)} at ` +
    `byte ${offset} of ${file}, and is quarantined: from there on each line is a record of its own. ${ADVICE}. ` +
    `The line begins with ${JSON.stringify(line)}`
  );
}

const ADVICE =
  "Change the pattern so that it can't match a text in so many ways, or start the source again to try it as it is";

function slowOnes(many: boolean): string {
  return many ? " with several slow lines" : "";
}

function shortened(pattern: string): string {
  return pattern.length > 200 ? `${pattern.slice(0, 200)}…` : pattern;
}
