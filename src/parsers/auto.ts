import { z } from "zod";
import { combined, common } from "./combined.ts";
import { json } from "./json.ts";
import { logfmt } from "./logfmt.ts";
import { nginx } from "./nginx.ts";
import type { Parser, ParserContext, ParserDefinition } from "./parser.ts";
import { plain } from "./plain.ts";
import { syslog } from "./syslog.ts";

const options = z.strictObject({});

/** Lines looked at before plain text is settled on. */
const MOST = 50;
/** Lines that must be seen before anything is. */
const LEAST = 5;
/** Share of those lines that must be of one format: a log may hold a stack trace or a banner. */
const SURE = 0.8;

/** Those that can be told from their lines, the strictest first. */
const CANDIDATES: readonly ParserDefinition[] = [nginx, combined, common, json, syslog, logfmt];

/**
 * Finds out the format by itself. No line is held back: until the pick is made each line is parsed by the first
 * candidate that takes it, which depends on nothing but the line. The pick depends on the first lines and
 * stays for good. So for a log of one format each replay gives the same records, whether it begins at the
 * start of the file or (as a delivery that lags does) at a later block: the lines before and after the pick
 * are read by the same format. Only the odd line of another format can differ: seen before a pick it is read
 * by its own, after it does not parse, unless the pick is plain.
 */
export const auto: ParserDefinition<typeof options> = {
  name: "auto",
  options,
  create: (_, context) => createAuto(context),
  samples: [
    ...CANDIDATES.flatMap(({ samples }) => samples.filter((sample) => sample.options === undefined)),
    ...plain.samples,
  ].map(({ line }) => ({ line })),
};

function createAuto(context: ParserContext): Parser {
  const candidates = CANDIDATES.map((definition) => ({
    takes: (line: string) => (definition.detect?.([line]) ?? 0) > 0,
    parser: definition.create(definition.options.parse({}), context),
    lines: 0,
  }));
  const text = plain.create({}, context);
  let seen = 0;
  let latest: Parser | undefined;
  let picked: Parser | undefined;

  const pick = (): Parser | undefined => {
    if (seen < LEAST) return undefined;
    const [best] = [...candidates].sort((a, b) => b.lines - a.lines);
    if (best && best.lines >= seen * SURE) return best.parser;
    return seen >= MOST ? text : undefined;
  };

  return {
    get name() {
      const shown = picked ?? latest;
      return shown ? `auto (${shown.name})` : "auto";
    },
    get picked() {
      return picked?.name;
    },
    parse(raw, origin, offset, observed) {
      if (picked) return picked.parse(raw, origin, offset, observed);
      if (raw.trim() === "") return text.parse(raw, origin, offset, observed);
      const taken = candidates.filter(({ takes }) => takes(raw));
      for (const candidate of taken) candidate.lines++;
      latest = taken[0]?.parser ?? text;
      seen++;
      picked = pick();
      return latest.parse(raw, origin, offset, observed);
    },
    quick: (run, from, origin, offset) => picked?.quick?.(run, from, origin, offset),
  };
}
