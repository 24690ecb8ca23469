import { UTF8 } from "../../lib/encoding.ts";
import { createGroupCutter } from "../file/groups.ts";
import { createCutter, type Lines } from "../file/lines.ts";
import type { SourceContext } from "../source.ts";
import { createLife, type Life } from "./life.ts";

interface LineOptions {
  readonly encoding: string;
  readonly maxLineBytes: number;
  readonly partialAfter: number;
}

/** A stream of bytes that becomes whole lines, or groups of them. How the bytes are cut makes no difference. */
export interface LineStream {
  readonly life: Life;
  /** Takes the bytes that come next. */
  push(bytes: Buffer): void;
  /** How long (ms) nothing must come before what is held back is taken as it is; undefined: nothing is. */
  readonly patience: number | undefined;
  /** Hands out what is held back. @param final nothing will come */
  flush(final?: boolean): void;
}

/** @param path what people are shown of it */
export function createLineStream(context: SourceContext, path: string, options: LineOptions): LineStream {
  const { multiline } = context;
  const life = createLife(context, path);
  const lines = createCutter(0, "line", { encoding: options.encoding, limit: options.maxLineBytes });
  const cutter = multiline ? createGroupCutter(lines, multiline, context.grouping, path) : lines;

  const hand = ({ groups, cutGroups = 0, ...part }: Lines): void => {
    const shape = {
      ...(groups !== undefined && { records: groups }),
      ...(cutter.encoding !== UTF8 && { encoding: cutter.encoding }),
    };
    void life.hand({ ...part, ...shape }, cutGroups + (part.cut ? 1 : 0));
  };

  return {
    life,
    push(bytes) {
      for (const part of cutter.push(bytes)) hand(part);
    },
    get patience() {
      if (!cutter.flushable) return undefined;
      if (!multiline) return options.partialAfter;
      return cutter.partial ? Math.max(multiline.timeout, options.partialAfter) : multiline.timeout;
    },
    flush(final) {
      for (let part = cutter.flush(final); part; part = cutter.flush(final)) hand(part);
    },
  };
}
