import { z } from "zod";
import { reasonOf, UserError } from "../errors.ts";
import { durationSeconds } from "../lib/duration-seconds.ts";
import type { FieldValue, LogRecord } from "../model.ts";
import { put } from "./chosen.ts";
import { levelOf } from "./level.ts";
import { type Parser, type ParserContext, type ParserDefinition, unparsed } from "./parser.ts";
import { quoted } from "./request.ts";
import { createTimeReader, type TimeReader } from "./timestamp.ts";

const TYPES = ["string", "int", "float", "bool", "time", "level", "duration"] as const;
type Type = (typeof TYPES)[number];

const options = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .describe("JavaScript expression with named groups; it must match from the start of the line."),
  flags: z
    .string()
    .regex(/^[imsu]*$/, "may hold i, m, s and u")
    .optional()
    .describe("Flags of the expression: i, m, s, u."),
  types: z
    .record(z.string(), z.enum(TYPES))
    .optional()
    .describe(
      "Type of each group: string (default), int, float, bool, time, level, or duration (seconds). Groups named time, level and message are those of the record unless told otherwise.",
    ),
});

/** Lines by an expression of the user's: its named groups are the fields. */
export const regex: ParserDefinition<typeof options> = {
  name: "regex",
  options,
  create: createRegex,
  expressions: ({ pattern, flags = "" }) => [{ option: "pattern", pattern, flags: `${flags}y` }],
  // Where it names a line feed, other than to stop there.
  spans: ({ pattern, flags = "" }) =>
    flags.includes("s") ||
    /\\n|\\r|\[\^\]|\\s\\S|\\S\\s/.test(pattern.replace(/\[\^(?:\\.|[^\]\\])+\]/g, "")),
  samples: [
    {
      line: "2018-03-04 13:49:52,123 WARN [main] took 1.5s for 3 items",
      options: {
        pattern: String.raw`(?<time>\S+ \S+) (?<level>\w+) \[(?<thread>\w+)\] (?<message>took (?<took>\S+) for (?<items>\d+) items)$`,
        types: { took: "duration", items: "int" },
      },
    },
    {
      line: "1520171392 ok=yes 0.25",
      options: {
        pattern: String.raw`(?<when>\d+) ok=(?<ok>\w+) (?<load>[\d.]+)(?: (?<rest>.*))?$`,
        types: { when: "time", ok: "bool", load: "float" },
      },
    },
  ],
};

type Target = "time" | "level" | "message" | "field";
interface Group {
  readonly name: string;
  readonly type: Type;
  readonly target: Target;
}

function createRegex(
  { pattern, flags = "", types = {} }: z.output<typeof options>,
  context: ParserContext,
): Parser {
  const expression = compile(pattern, flags);
  const groups = groupsOf(pattern, flags, types);
  const times = createTimeReader(context);

  const parse: Parser["parse"] = (raw, origin, offset, observed): LogRecord => {
    expression.lastIndex = 0;
    const found = expression.exec(raw)?.groups;
    if (!found) return unparsed(raw, origin, offset, observed, "does not match the pattern");
    const fields: Record<string, FieldValue> = {};
    let time: ReturnType<TimeReader["value"]>;
    let level: LogRecord["level"];
    let message = raw;
    for (const { name, type, target } of groups) {
      const text = found[name];
      // A group of an alternative that was not taken.
      if (text === undefined) continue;
      if (target === "time") {
        time = times.value(text, observed);
        if (time) continue;
        return unparsed(raw, origin, offset, observed, `the time does not parse: ${name} is ${quoted(text)}`);
      }
      if (target === "level") {
        level = levelOf(text);
        if (level === undefined) put(fields, name, text);
        continue;
      }
      if (target === "message") {
        message = text;
        continue;
      }
      const value = convert(text, type);
      if (value !== undefined) put(fields, name, value);
      else return unparsed(raw, origin, offset, observed, `${name} is no ${type}: ${quoted(text)}`);
    }
    return {
      origin,
      offset,
      time: time?.ms ?? observed,
      nanos: time?.nanos ?? 0,
      precision: time?.precision ?? "ms",
      level,
      message,
      fields,
      raw,
      error: undefined,
    };
  };
  return { name: "regex", expressions: [pattern], parse };
}

/** Sticky, so that a line that does not match is not tried again from each of its characters. */
function compile(pattern: string, flags: string): RegExp {
  try {
    // What is wrong with it is said of the flags that were written.
    new RegExp(pattern, flags);
    return new RegExp(pattern, `${flags}y`);
  } catch (cause) {
    throw new UserError(`pattern: ${reasonOf(cause)}`, { cause });
  }
}

function groupsOf(pattern: string, flags: string, types: Readonly<Record<string, Type>>): Group[] {
  // An empty alternative always matches, and then lists every group there is.
  const names = Object.keys(new RegExp(`${pattern}|`, flags).exec("")?.groups ?? {});
  if (names.length === 0) throw new UserError("pattern: it has no named group like (?<message>.*)");
  for (const name of Object.keys(types)) {
    if (names.includes(name)) continue;
    throw new UserError(`types: the pattern has no group "${name}", it has ${names.join(", ")}`);
  }
  const timed = names.filter((name) => Object.hasOwn(types, name) && types[name] === "time");
  if (timed.length > 1) throw new UserError(`types: a record has one time, not ${timed.join(" and ")}`);
  return names.map((name) => {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    let target: Target = "field";
    if (type === "time" || type === "level") target = type;
    else if (type === undefined && name === "time") target = timed.length === 0 ? "time" : "field";
    else if (type === undefined && (name === "level" || name === "message")) target = name;
    return { name, type: type ?? "string", target };
  });
}

/** Undefined when the text is not of the type; `-` and nothing are null for all but texts. */
function convert(text: string, type: Type): FieldValue | undefined {
  if (type === "string") return text;
  if (text === "-" || text === "") return null;
  if (type === "bool") {
    if (/^(?:true|yes|on|1|y|t)$/i.test(text)) return true;
    return /^(?:false|no|off|0|n|f)$/i.test(text) ? false : undefined;
  }
  if (type === "duration") return durationSeconds(text);
  const expression = type === "int" ? /^[+-]?\d+$/ : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
  return expression.test(text) ? Number(text) : undefined;
}
