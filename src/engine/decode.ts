import type { SourceConfig } from "../config/config.ts";
import type { Batch, LogRecord, Origin } from "../model.ts";
import { createParser } from "../parsers/index.ts";
import type { Parser } from "../parsers/parser.ts";
import type { Block } from "../spool/blocks.ts";
import type { Checkpoints, Generation } from "../spool/checkpoints.ts";
import type { Spool } from "../spool/spool.ts";
import type { Shape } from "./lines.ts";
import { type Quarantine, stoppedParser } from "./quarantine.ts";

/** How a block was parsed: kept with it, so that a sink that lags gets the same records. */
export interface ParserConfig {
  readonly name: string;
  readonly options: unknown;
  readonly timezone: string | undefined;
  readonly ignoreOffset: boolean;
  readonly clockAhead?: number | undefined;
}

/** What is kept with a block: how it was parsed, and for whom it was read, also when its source is gone. */
export interface BlockConfig extends ParserConfig, Shape {
  /** Ids of sinks; undefined: all. */
  readonly sinks: readonly string[] | undefined;
  /** What its records say, because the expression was stopped before. */
  readonly stopped?: string | undefined;
}

/** Turns durable blocks back into batches, with the parser configuration that each names. */
export interface Decoder {
  /** @throws when the block names what is not there, and what the database throws */
  decode(block: Block): Batch;
  /** The sinks that a block is for, without decoding it; undefined: all. */
  sinksOf(block: Pick<Block, "config">): readonly string[] | undefined;
}

export function parserFor({ name, options, timezone, ignoreOffset, clockAhead }: ParserConfig): Parser {
  return createParser(name, options, { timezone, ignoreOffset, clockAhead });
}

/** How a source's lines are parsed, as it is kept with blocks. */
export function parserConfigOf({ parser, timezone, ignoreOffset, clockAhead }: SourceConfig): ParserConfig {
  const { name, options } = parser;
  return { name, options, timezone, ignoreOffset, ...(clockAhead !== undefined && { clockAhead }) };
}

export function originOf({ source, named, key }: Generation): Origin {
  return { source, file: named, key };
}

export function createDecoder(
  spool: Spool,
  checkpoints: Checkpoints,
  quarantine: Pick<Quarantine, "replay">,
): Decoder {
  const origins = new Map<number, Origin>();
  const parsers = new Map<number, Parser>();
  const configs = new Map<number, BlockConfig>();

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

  const configOf = (id: number): BlockConfig => {
    let config = configs.get(id);
    if (!config) {
      config = JSON.parse(spool.configJson(id) ?? '{"name":"plain","options":{}}') as BlockConfig;
      configs.set(id, config);
    }
    return config;
  };

  const parserOf = (id: number): Parser => {
    const known = parsers.get(id);
    if (known) return known;
    const config = configOf(id);
    const parser =
      config.stopped === undefined ? parserFor(config) : stoppedParser(config.stopped, parserFor(config));
    // `auto` learns from the lines it sees, so each block gets a fresh one; all others keep no state.
    if (config.name !== "auto") parsers.set(id, parser);
    return parser;
  };

  return {
    sinksOf: ({ config }) => configOf(config).sinks,
    decode({ seq, generation, config: id, start, observed, bytes }) {
      const from = origin(generation);
      // Without the key of its generation, records of other files would get the same ids.
      if (from.key === "") throw new Error(`file generation ${generation} is unknown`);
      const { encoding, cut, escaped, messages, whole, grouping } = configOf(id);
      const shape = { encoding, cut, escaped, messages, whole, grouping };
      const passage = { seq, config: id, bytes, start, observed, ...shape };
      const records: LogRecord[] = quarantine.replay(passage, parserOf(id), from);
      const { sinks } = configOf(id);
      const place = { generation, start, bytes: bytes.length };
      return { seq, source: from.source, sinks, records, ...place, observed };
    },
  };
}
