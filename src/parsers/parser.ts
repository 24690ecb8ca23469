import type { z } from "zod";
import type { LogRecord, Origin } from "../model.ts";

/** A run of whole lines that is all ASCII: an index in the text is one in the bytes. */
export interface Run {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * Turns one line into one record. Pure, synchronous, never throws: a line it can't take becomes a record
 * with `error` (use `unparsed` below). Called in order, millions of times; it keeps no state between lines.
 */
export interface Parser {
  /** What is shown to people: the registry name, or for `auto` the pick: `auto (json)`. */
  readonly name: string;
  /** For `auto`: the format that it settled on for good. */
  readonly picked?: string | undefined;
  /** Expressions of the user's that it runs: these may take any time, so that the engine sets them a limit. */
  readonly expressions?: readonly string[];
  /**
   * @param raw the line without its line end
   * @param observed when it was read (ms since the epoch): the time of lines that carry none
   */
  parse(raw: string, origin: Origin, offset: number, observed: number): LogRecord;
  /**
   * A short cut, for formats that are worth one: the record of the line that begins at `from` and ends with a
   * line feed, just as `parse` would make it; undefined for a line that needs `parse`.
   */
  quick?(run: Run, from: number, origin: Origin, offset: number): LogRecord | undefined;
}

/** What all parsers know beside their own options. */
export interface ParserContext {
  /** IANA zone for times without an offset; undefined is the machine's own. */
  readonly timezone: string | undefined;
  /** Read times as if they were in `timezone` even where the line carries an offset. */
  readonly ignoreOffset: boolean;
  /** By so much (ms) the clock that wrote the times is ahead; absent: it is right. */
  readonly clockAhead?: number | undefined;
}

/** A format: one file in this folder and one line in the registry. */
export interface ParserDefinition<Options extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly options: Options;
  /**
   * Compiles the format once. Throws UserError for options that can't work (the message names the option).
   */
  create(options: z.output<Options>, context: ParserContext): Parser;
  /** Expressions of the user's that it runs, each with its option's name, and `y` among the flags where it is sticky. */
  expressions?(
    options: z.output<Options>,
  ): readonly { readonly option: string; readonly pattern: string; readonly flags: string }[];
  /** Lines that must parse with these options; each alternative of the format has one. */
  readonly samples: readonly { readonly line: string; readonly options?: z.input<Options> }[];
  /** Whether it reads texts of several lines, where lines are put together. Absent: the first line of them. */
  spans?(options: z.output<Options>): boolean;
  /** For `auto`: how sure this format is that it wrote these first lines, 0 to 1. Absent: never picked. */
  detect?(lines: readonly string[]): number;
}

/** A line that the format does not take: counted, kept and findable, with the reason. */
export function unparsed(
  raw: string,
  origin: Origin,
  offset: number,
  observed: number,
  error: string,
): LogRecord {
  return {
    origin,
    offset,
    time: observed,
    nanos: 0,
    precision: "ms",
    level: undefined,
    message: raw,
    fields: {},
    raw,
    error,
  };
}
