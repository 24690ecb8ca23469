import type { Batch, LogRecord, Origin } from "../model.ts";
import { createParser } from "../parsers/index.ts";
import type { Parser } from "../parsers/parser.ts";
import type { Block } from "../spool/blocks.ts";
import type { Checkpoints, Generation } from "../spool/checkpoints.ts";
import type { Spool } from "../spool/spool.ts";
import { parseLines } from "./lines.ts";

/** How a block was parsed: kept with it, so that a sink that lags gets the same records. */
export interface ParserConfig {
  readonly name: string;
  readonly options: unknown;
  readonly timezone: string | undefined;
  readonly ignoreOffset: boolean;
}

/** Turns durable blocks back into batches, with the parser configuration that each names. */
export interface Decoder {
  decode(block: Block): Batch;
  /** The source a block came from, without decoding it. */
  sourceOf(block: Pick<Block, "generation">): string;
}

export function parserFor({ name, options, timezone, ignoreOffset }: ParserConfig): Parser {
  return createParser(name, options, { timezone, ignoreOffset });
}

export function originOf({ source, path, key }: Generation): Origin {
  return { source, file: path, key };
}

export function createDecoder(spool: Spool, checkpoints: Checkpoints): Decoder {
  const origins = new Map<number, Origin>();
  const parsers = new Map<number, Parser>();

  const origin = (id: number): Origin => {
    let found = origins.get(id);
    if (!found) {
      const generation = checkpoints.byId(id);
      found = generation ? originOf(generation) : { source: "", file: "", key: "" };
      if (origins.size > 1000) origins.clear();
      origins.set(id, found);
    }
    return found;
  };

  const parserOf = (id: number): Parser => {
    const known = parsers.get(id);
    if (known) return known;
    const config = JSON.parse(spool.configJson(id) ?? '{"name":"plain","options":{}}') as ParserConfig;
    const parser = parserFor(config);
    // `auto` learns from the lines it sees, so each block gets a fresh one; all others keep no state.
    if (config.name !== "auto") parsers.set(id, parser);
    return parser;
  };

  return {
    sourceOf: (block) => origin(block.generation).source,
    decode({ seq, generation, config: id, start, observed, bytes }) {
      const from = origin(generation);
      const records: LogRecord[] = parseLines(bytes, start, parserOf(id), from, observed);
      return { seq, source: from.source, records, bytes: bytes.length, observed };
    },
  };
}
