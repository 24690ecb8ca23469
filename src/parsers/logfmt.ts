import { z } from "zod";
import type { FieldValue } from "../model.ts";
import { createChooser, put } from "./chosen.ts";
import { type Parser, type ParserContext, type ParserDefinition, unparsed } from "./parser.ts";
import { quoted } from "./request.ts";
import { createTimeReader } from "./timestamp.ts";

const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const options = z.strictObject({
  time: names.optional().describe("Key of the time, or several tried in order. Any form of time."),
  level: names.optional().describe("Key of the level, or several tried in order."),
  message: names.optional().describe("Key of the message, or several tried in order."),
});

/** Numbers as a program writes them: no leading zeros, so that `007` and telephone numbers stay text. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;

/** `level=info msg="it runs" took=1.5 cached`: pairs of key and value; a key alone is true. */
export const logfmt: ParserDefinition<typeof options> = {
  name: "logfmt",
  options,
  create: createLogfmt,
  samples: [
    { line: 'time=2018-03-04T13:49:52.123Z level=info msg="it runs" took=1.5 cached' },
    { line: 'ts=1520171392 lvl=eror msg="said \\"no\\"\\n" empty= path=/a=b' },
    {
      line: 'at="2018-03-04 13:49:52" sev=W what=slow',
      options: { time: "at", level: "sev", message: "what" },
    },
  ],
  // Prose may hold an equals sign; logfmt begins with a pair and has several.
  detect: (lines) =>
    lines.filter((line) => {
      const pairs = pairsOf(line);
      return (
        typeof pairs !== "string" &&
        pairs.valued >= 2 &&
        pairs.valued >= pairs.bare * 2 &&
        /^[^\s="]+=/.test(line)
      );
    }).length / Math.max(1, lines.length),
};

function createLogfmt(choices: z.output<typeof options>, context: ParserContext): Parser {
  const choose = createChooser(choices, createTimeReader(context));
  return {
    name: "logfmt",
    parse(raw, origin, offset, observed) {
      const pairs = pairsOf(raw);
      if (typeof pairs === "string") return unparsed(raw, origin, offset, observed, pairs);
      const chosen = choose(raw, pairs.fields, observed);
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
    },
  };
}

interface Pairs {
  readonly fields: Record<string, FieldValue>;
  readonly valued: number;
  readonly bare: number;
}

/** The pairs of a line, or why it has none. */
function pairsOf(raw: string): Pairs | string {
  const fields: Record<string, FieldValue> = {};
  let valued = 0;
  let bare = 0;
  for (let at = 0; at < raw.length; ) {
    if (raw.charCodeAt(at) <= 32) {
      at++;
      continue;
    }
    const start = at;
    while (at < raw.length && raw.charCodeAt(at) > 32 && raw.charCodeAt(at) !== 61) at++;
    const key = raw.slice(start, at);
    if (key === "") return `a value without a key: ${quoted(raw.slice(start, start + 40))}`;
    if (key.includes('"')) return `a key with a quote: ${quoted(key)}`;
    if (raw.charCodeAt(at) !== 61) {
      put(fields, key, true);
      bare++;
      continue;
    }
    valued++;
    at++;
    if (raw.charCodeAt(at) === 34) {
      QUOTED.lastIndex = at;
      const match = QUOTED.exec(raw);
      if (!match) return `the value of ${quoted(key)} has no closing quote`;
      put(fields, key, quotedValue(match[1] ?? ""));
      at += match[0].length;
      if (at < raw.length && raw.charCodeAt(at) > 32)
        return `text right behind the quoted value of ${quoted(key)}`;
      continue;
    }
    const valueStart = at;
    while (at < raw.length && raw.charCodeAt(at) > 32) at++;
    put(fields, key, bareValue(raw.slice(valueStart, at)));
  }
  return valued === 0 ? "no key=value" : { fields, valued, bare };
}

function bareValue(text: string): FieldValue {
  if (text === "true") return true;
  if (text === "false") return false;
  if (text === "null" || text === "<nil>") return null;
  return NUMBER.test(text) ? Number(text) : text;
}

/** A quoted value: escapes as in JSON, and as Go's %q where that differs. */
function quotedValue(inner: string): string {
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))/gs, (_, unit, byte, letter: string) =>
    unit || byte ? String.fromCharCode(Number.parseInt(unit ?? byte, 16)) : (LETTERS[letter] ?? letter),
  );
}

const LETTERS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
