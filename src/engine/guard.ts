import { reasonOf } from "../errors.ts";
import type { Verdict, Watchdog } from "../lib/watchdog.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";
import { parseLines, type Shape } from "./lines.ts";

/** Where an expression was stopped. */
export interface Stop extends Verdict {
  readonly pattern: string;
  readonly offset: number;
  /** The line's first characters. */
  readonly line: string;
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
   * The line that an expression is stopped at, and all after it, are records with an error.
   * @param reason what those records say
   */
  parse(lines: Lines, parser: Parser, reason: (stop: Stop) => string): Guarded;
  /** For single lines: the same parser, which takes none any more once one took too long. */
  limited(parser: Parser): Parser;
}

export function createGuard(watchdog: Watchdog): Guard {
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
    const pattern = patternOf(parser);
    let records: LogRecord[] = [];
    const parse = (): void => {
      at = 0;
      lineUnderWay = undefined;
      records = parseLines(bytes, start, resumed, origin, observed, lines);
    };
    const verdict = watchdog.run(pattern, parse, () => {
      const raw = lineUnderWay;
      const offset = offsetUnderWay;
      if (raw === undefined) return undefined;
      return () => {
        const record = parseOne(parser, raw, origin, offset, observed);
        return () => void done.push(record);
      };
    });
    if (!verdict) return { records, stop: undefined };
    const line = (lineUnderWay ?? "").slice(0, 200);
    const stop = { pattern, offset: offsetUnderWay, line, ...verdict };
    said = reason(stop);
    parse();
    return { records, stop };
  };

  return {
    limited(parser) {
      if (!parser.expressions) return parser;
      let stopped = false;
      return {
        name: parser.name,
        parse(raw, origin, offset, observed) {
          const done = stopped
            ? undefined
            : watchdog.single(patternOf(parser), () => parseOne(parser, raw, origin, offset, observed));
          stopped = !done;
          return done?.value ?? unparsed(raw, origin, offset, observed, "took too long");
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

function patternOf(parser: Parser): string {
  return parser.expressions?.[0] ?? parser.name;
}

/** A parser must not throw; one that does costs the line it throws on. */
function parseOne(parser: Parser, raw: string, origin: Origin, offset: number, observed: number): LogRecord {
  try {
    return parser.parse(raw, origin, offset, observed);
  } catch (error) {
    return unparsed(raw, origin, offset, observed, `the parser failed: ${reasonOf(error)}`);
  }
}
