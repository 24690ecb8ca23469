import { z } from "zod";
import type { Fields, FieldValue, LogRecord, Origin } from "../model.ts";
import { levelOf } from "./level.ts";
import { type Parser, type ParserContext, type ParserDefinition, unparsed } from "./parser.ts";
import { quoted } from "./request.ts";
import { createTimeReader } from "./timestamp.ts";

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

const TIME = ["time", "ts", "timestamp", "@timestamp", "t", "@t", "date", "datetime", "eventTime"];
const LEVEL = ["level", "severity", "lvl", "log.level", "loglevel", "levelname", "@l", "l"];
const MESSAGE = ["message", "msg", "log", "@m", "@mt", "text", "textPayload", "event"];

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

interface Choice {
  /** The whole name, and the way through objects when it has dots. */
  readonly name: string;
  readonly steps: readonly string[];
}

type Given = z.output<typeof options>;

function createJson({ time, level, message }: Given, context: ParserContext): Parser {
  const times = createTimeReader(context);
  const timeChoices = choicesOf(time, TIME);
  const levelChoices = choicesOf(level, LEVEL);
  const messageChoices = choicesOf(message, MESSAGE);

  const parse = (raw: string, origin: Origin, offset: number, observed: number): LogRecord => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(raw);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return unparsed(raw, origin, offset, observed, `not JSON: ${reason}`);
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      return unparsed(raw, origin, offset, observed, "JSON, but not an object");
    }
    const fields = parsed as Fields;

    let ms = observed;
    let nanos = 0;
    let precision: LogRecord["precision"] = "ms";
    let timeName = "";
    for (const choice of timeChoices) {
      const value = lookUp(fields, choice);
      if (value === undefined) continue;
      const found = times.value(exact(raw, choice.name, value), observed);
      if (found) {
        ({ ms, nanos, precision } = found);
        timeName = choice.name;
        break;
      }
      if (time === undefined || value === null) continue;
      const reason = `the time does not parse: ${choice.name} is ${quoted(JSON.stringify(value))}`;
      return unparsed(raw, origin, offset, observed, reason);
    }

    let severity: LogRecord["level"];
    let levelName = "";
    for (const choice of levelChoices) {
      severity = levelOf(lookUp(fields, choice));
      if (severity === undefined) continue;
      levelName = choice.name;
      break;
    }

    let text = raw;
    let messageName = "";
    for (const choice of messageChoices) {
      const value = lookUp(fields, choice);
      if (typeof value !== "string") continue;
      text = value.endsWith("\n") ? value.slice(0, -1) : value;
      messageName = choice.name;
      break;
    }

    return {
      origin,
      offset,
      time: ms,
      nanos,
      precision,
      level: severity,
      message: text,
      fields: without(fields, timeName, levelName, messageName),
      raw,
      error: undefined,
    };
  };

  return { name: "json", parse };
}

function choicesOf(given: string | readonly string[] | undefined, defaults: readonly string[]): Choice[] {
  const list = given === undefined ? defaults : typeof given === "string" ? [given] : given;
  return list.map((name) => ({ name, steps: name.includes(".") ? name.split(".") : [] }));
}

function lookUp(fields: Fields, { name, steps }: Choice): FieldValue | undefined {
  const whole = fields[name];
  // An object's own properties only: `constructor` is no field of an empty one.
  if (whole !== undefined && Object.hasOwn(fields, name)) return whole;
  if (steps.length === 0) return undefined;
  let value: FieldValue | undefined = fields;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Fields)[step];
  }
  return value;
}

/** Nanoseconds since the epoch do not fit a double: their digits are read from the line itself. */
function exact(raw: string, name: string, value: FieldValue): FieldValue {
  if (typeof value !== "number" || value <= Number.MAX_SAFE_INTEGER) return value;
  const key = raw.indexOf(JSON.stringify(name.slice(name.lastIndexOf(".") + 1)));
  const match = key < 0 ? null : /^"[^"]*"\s*:\s*(\d+)/.exec(raw.slice(key, key + 200));
  return match?.[1] !== undefined && Number(match[1]) === value ? match[1] : value;
}

/** All fields but those that became the record's own. Nested ones stay where they are. */
function without(fields: Fields, time: string, level: string, message: string): Fields {
  const rest: Record<string, FieldValue> = {};
  for (const name in fields) {
    if (name === time || name === level || name === message) continue;
    const value = fields[name];
    if (value === undefined) continue;
    if (name === "__proto__") Object.defineProperty(rest, name, { value, enumerable: true });
    else rest[name] = value;
  }
  return rest;
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
