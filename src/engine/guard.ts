import { reasonOf } from "../errors.ts";
import { type Limit, TookTooLong } from "../lib/limit.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";
import { parseLines, type Shape } from "./lines.ts";

/** Limit (ms) of a run of lines: one that is reached raises a suspicion, against the line under way. */
const TOGETHER = 200;
/** Limit (ms) of that line alone: one that is reached is the verdict. */
export const ALONE = 250;
/** What all lines of a run may take (ms), beside those that come after: many slow ones hold others up as one does. */
const IN_ALL = 700;
/** A thread that got less of a processor than this was not slow: the machine was busy, or asleep. */
const AWAKE = 0.5;
/** So often a line is tried alone while the machine is busy. */
const TRIES = 3;

/** Where an expression was stopped. */
export interface Stop {
  readonly pattern: string;
  readonly offset: number;
  /** The line's first characters. */
  readonly line: string;
  /** What it had taken (ms, as a limit) when it was stopped. */
  readonly ms: number;
}

/** Lines that were read, and from which on with the expression stopped. */
export interface Guarded {
  readonly records: LogRecord[];
  readonly stop: Stop | undefined;
}

/** A run of lines, as `parseLines` takes it. */
export interface Lines extends Shape {
  readonly bytes: Buffer;
  readonly start: number;
  readonly origin: Origin;
  readonly observed: number;
}

/** Parses lines by expressions that may take any time. */
export interface Guard {
  /**
   * A run of lines that takes too long is ended; the line under way is tried alone, so that a machine that was
   * busy is no verdict. If that takes too long as well, this line and all after it are records with an error.
   * The thread is held up for half a second at most, and little longer by lines that are slow one by one.
   * @param reason what those records say
   */
  parse(lines: Lines, parser: Parser, reason: (stop: Stop) => string): Guarded;
  /** For single lines: the same parser, which takes none any more once one took too long. */
  limited(parser: Parser): Parser;
}

export function createGuard(limit: Limit): Guard {
  let own: Parser;
  let done: LogRecord[] = [];
  let at = 0;
  let lineUnderWay: string | undefined;
  let offsetUnderWay = 0;
  let said: string | undefined;

  // One for all runs, with the state outside of it: a function made anew for each is never compiled well.
  /** Gives again what is done, and goes on from there. */
  const resumed: Parser = {
    name: "guarded",
    parse(raw, origin, offset, observed) {
      if (at < done.length) {
        const known = done[at++];
        if (known?.offset === offset && known.raw === raw) return known;
      }
      if (said !== undefined) return unparsed(raw, origin, offset, observed, said);
      lineUnderWay = raw;
      offsetUnderWay = offset;
      const record = parseOne(own, raw, origin, offset, observed);
      lineUnderWay = undefined;
      at = done.push(record);
      return record;
    },
  };

  const guarded = (lines: Lines, parser: Parser, reason: (stop: Stop) => string): Guarded => {
    const { bytes, start, origin, observed } = lines;
    const pattern = parser.expressions?.[0] ?? parser.name;
    const parse = (): LogRecord[] => {
      at = 0;
      return parseLines(bytes, start, resumed, origin, observed, lines);
    };
    let spent = 0;
    for (let together = TOGETHER; ; ) {
      const timer = stopwatch();
      const before = done.length;
      lineUnderWay = undefined;
      try {
        return { records: limit.run(parse, together), stop: undefined };
      } catch (error) {
        if (!(error instanceof TookTooLong)) throw error;
      }
      spent += timer().busy;
      if (lineUnderWay === undefined) {
        // Cutting lines takes no time unless the machine has none: it must come to an end all the same.
        if (done.length === before) together *= 2;
        continue;
      }
      const raw: string = lineUnderWay;
      const offset = offsetUnderWay;
      let ms = IN_ALL;
      if (spent < IN_ALL) {
        const alone = stopwatch();
        const record = tryAlone(() => parseOne(parser, raw, origin, offset, observed), limit);
        spent += alone().busy;
        if (record) {
          done.push(record);
          continue;
        }
        ms = ALONE;
      }
      const stop = { pattern, offset, line: raw.slice(0, 200), ms };
      said = reason(stop);
      return { records: parse(), stop };
    }
  };

  return {
    limited(parser) {
      if (!parser.expressions) return parser;
      let stopped = false;
      return {
        name: parser.name,
        parse(raw, origin, offset, observed) {
          const record = stopped
            ? undefined
            : tryAlone(() => parseOne(parser, raw, origin, offset, observed), limit);
          stopped = !record;
          return record ?? unparsed(raw, origin, offset, observed, `took more than ${ALONE} ms`);
        },
      };
    },
    parse(lines, parser, reason) {
      own = parser;
      try {
        return guarded(lines, parser, reason);
      } finally {
        done = [];
        said = undefined;
        lineUnderWay = undefined;
      }
    },
  };
}

/** A parser must not throw; one that does costs the line it throws on. */
function parseOne(parser: Parser, raw: string, origin: Origin, offset: number, observed: number): LogRecord {
  try {
    return parser.parse(raw, origin, offset, observed);
  } catch (error) {
    return unparsed(raw, origin, offset, observed, `the parser failed: ${reasonOf(error)}`);
  }
}

/** Undefined when it takes too long by itself. */
function tryAlone(parse: () => LogRecord, limit: Limit): LogRecord | undefined {
  for (let tries = 1; ; tries++) {
    const timer = stopwatch();
    try {
      return limit.run(parse, ALONE);
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
      const { busy, wall } = timer();
      if (busy >= wall * AWAKE || tries === TRIES) return undefined;
    }
  }
}

/** @returns what passed until now, and what of it (at most) this process had of a processor, in ms */
function stopwatch(): () => { readonly wall: number; readonly busy: number } {
  const began = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const wall = performance.now() - began;
    return { wall, busy: Math.min(wall, (user + system) / 1000) };
  };
}
