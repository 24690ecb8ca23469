import type { SourceConfig } from "../config/config.ts";
import type { Chunk } from "../sources/source.ts";
import type { Spool } from "../spool/spool.ts";
import type { BlockConfig, ParserConfig } from "./decode.ts";
import { gatheringOf, wholeOf } from "./groups.ts";
import type { Shape } from "./lines.ts";

type Form = Pick<Chunk, "encoding" | "cut" | "escaped" | "messages" | "apart">;

/** How chunks of a source become records, and the rows of the spool that say so. */
export interface Forms {
  shapeOf(chunk: Form): Shape;
  /** Row of the spool. */
  rowOf(chunk: Form): number;
}

/** @param stopped why the expression of the parser is not run any more */
export function createForms(
  spool: Pick<Spool, "config">,
  parsing: ParserConfig,
  source: SourceConfig,
  stopped?: string,
): Forms {
  const { sinks } = source;
  const gathered = gatheringOf(source);
  const reading = wholeOf(source);
  const known = new Map<string, number>();

  const shapeOf = ({ encoding, cut, escaped, messages, apart }: Form): Shape => {
    const grouping = apart ? undefined : gathered;
    return { encoding, cut, escaped, grouping, ...(messages && { messages, whole: reading }) };
  };

  return {
    shapeOf,
    rowOf(chunk) {
      const { encoding, cut, escaped, messages, apart } = chunk;
      const key = `${encoding} ${cut} ${escaped} ${messages} ${apart}`;
      let row = known.get(key);
      if (row === undefined) {
        row = spool.config(
          JSON.stringify({ ...parsing, sinks, stopped, ...shapeOf(chunk) } satisfies BlockConfig),
        );
        known.set(key, row);
      }
      return row;
    },
  };
}
