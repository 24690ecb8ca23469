import { z } from "zod";
import { reasonOf } from "../errors.ts";
import type { Fields, LogRecord, Origin } from "../model.ts";
import { createChooser } from "./chosen.ts";
import { type Parser, type ParserContext, type ParserDefinition, unparsed } from "./parser.ts";
import { createTimeReader } from "./timestamp.ts";

/** JSON.parse takes any depth, JSON.stringify and all that recurses end at some thousands. */
const DEEPEST = 1_000;

const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const options = z.strictObject({
  time: names
    .optional()
    .describe(
      "Field that holds the time, or several tried in order; dots reach into objects. Any form of time.",
    ),
  level: names
    .optional()
    .describe("Field that holds the level, or several tried in order: names or numbers."),
  message: names.optional().describe("Field that holds the message, or several tried in order."),
});

/** One JSON object a line: pino, bunyan, zap, logrus, slog, serilog, ECS, Docker and whatever is alike. */
export const json: ParserDefinition<typeof options> = {
  name: "json",
  options,
  create: createJson,
  samples: [
    { line: '{"level":30,"time":1520171392123,"pid":1,"hostname":"h","msg":"up","req":{"url":"/"}}' },
    { line: '{"ts":1520171392.123,"level":"warn","msg":"slow","took":0.5}' },
    { line: '{"@timestamp":"2018-03-04T13:49:52.123Z","log.level":"ERROR","message":"down"}' },
    { line: '{"log":"hello\\n","stream":"stdout","time":"2018-03-04T13:49:52.123456789Z"}' },
    { line: "{}" },
    {
      line: '{"when":"2018/03/04 13:49:52","how":{"bad":"crit"},"what":"fire"}',
      options: { time: "when", level: ["how.bad"], message: "what" },
    },
  ],
  detect: (lines) => lines.filter(isObject).length / Math.max(1, lines.length),
};

function createJson(choices: z.output<typeof options>, context: ParserContext): Parser {
  const choose = createChooser(choices, createTimeReader(context));

  const parse = (raw: string, origin: Origin, offset: number, observed: number): LogRecord => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(raw);
    } catch (error) {
      return unparsed(raw, origin, offset, observed, `not JSON: ${reasonOf(error)}`);
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      return unparsed(raw, origin, offset, observed, "JSON, but not an object");
    }
    if (raw.length > 2 * DEEPEST && isDeeper(parsed, DEEPEST)) {
      return unparsed(raw, origin, offset, observed, `JSON that is nested more than ${DEEPEST} deep`);
    }
    const chosen = choose(raw, parsed as Fields, observed);
    if (chosen.error !== undefined) return unparsed(raw, origin, offset, observed, chosen.error);
    return {
      origin,
      offset,
      time: chosen.ms,
      nanos: chosen.nanos,
      precision: chosen.precision,
      level: chosen.level,
      message: chosen.message,
      fields: chosen.fields,
      raw,
      error: undefined,
    };
  };

  return { name: "json", parse };
}

function isDeeper(value: object, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    const next: unknown[] = [];
    for (const one of level)
      for (const inner of Object.values(one as object))
        if (typeof inner === "object" && inner !== null) next.push(inner);
    level = next;
  }
  return false;
}

function isObject(line: string): boolean {
  if (line.trimStart()[0] !== "{") return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
