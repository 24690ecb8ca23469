import type { FieldValue, LogRecord, Origin } from "../model.ts";
import { put } from "./chosen.ts";
import { unescaped } from "./escapes.ts";
import { levelOfStatus } from "./level.ts";
import { type LogVariable, segmentsOf } from "./log-variables.ts";
import { type Parser, type ParserContext, unparsed } from "./parser.ts";
import { createRequestReader, quoted } from "./request.ts";
import { optional, sumOf } from "./timed.ts";
import { createTimeReader, type Timestamp } from "./timestamp.ts";

/**
 * Compiles an nginx `log_format` to index scanning: each variable ends where the literal behind it is found.
 * @throws UserError for a format without variables, or with two that nothing separates
 */
export function createLogFormat(name: string, format: string, context: ParserContext): Parser {
  const { first, segments } = segmentsOf(format);
  const times = createTimeReader(context);
  const request = createRequestReader();
  const precise = segments.some(({ variable }) => variable.kind === "msec");

  // A copy of it has its shape at once, where adding field by field would go through as many shapes.
  const empty: Record<string, FieldValue> = {};
  for (const { variable } of segments) for (const field of fieldsOf(variable)) put(empty, field, null);

  const parse = (raw: string, origin: Origin, offset: number, observed: number): LogRecord => {
    if (!raw.startsWith(first)) {
      return unparsed(raw, origin, offset, observed, `does not begin with ${quoted(first)}`);
    }
    const escaped = raw.includes("\\");
    const fields: Record<string, FieldValue> = { ...empty };
    let at = first.length;
    let status = 0;
    let time: Timestamp | undefined;
    let clf = Number.NaN;
    let message: string | undefined;

    for (const segment of segments) {
      const { variable, literal } = segment;
      const end = segment.end(raw, at);
      if (end < 0) {
        const after = literal === "" ? "the end of the line" : quoted(literal);
        return unparsed(raw, origin, offset, observed, `no ${after} behind $${variable.name}`);
      }
      const fail = (what: string) =>
        unparsed(
          raw,
          origin,
          offset,
          observed,
          `${what}: $${variable.name} is ${quoted(raw.slice(at, end))}`,
        );
      switch (variable.kind) {
        case "clf":
          clf = end === at + 26 ? times.clf(raw, at) : Number.NaN;
          if (Number.isNaN(clf)) return fail("the time does not parse");
          break;
        case "time":
        case "msec": {
          const found = times.value(raw.slice(at, end), observed);
          if (!found) return fail("the time does not parse");
          if (!precise || variable.kind === "msec") time = found;
          break;
        }
        case "request": {
          const wrong = request.read(raw, at, end);
          if (wrong !== undefined) return unparsed(raw, origin, offset, observed, wrong);
          const { path, query } = request;
          fields.method = request.method;
          fields.path = escaped ? unescaped(path) : path;
          fields.query = escaped && query !== null ? unescaped(query) : query;
          fields.protocol = request.protocol;
          message = raw.slice(at, end);
          request.forget();
          break;
        }
        case "uri": {
          const target = unescaped(raw.slice(at, end));
          const question = target.indexOf("?");
          fields.path = question < 0 ? target : target.slice(0, question);
          fields.query = question < 0 ? null : target.slice(question + 1);
          break;
        }
        case "number":
        case "sum": {
          const value = variable.kind === "sum" ? sumOf(raw, at, end) : optional(raw, at, end);
          if (Number.isNaN(value)) return fail("not a number");
          if (variable.field === "status") status = value ?? 0;
          fields[variable.field] = value;
          break;
        }
        case "text": {
          const value = raw.slice(at, end);
          fields[variable.field] = escaped ? unescaped(value) : value;
        }
      }
      at = end + literal.length;
    }
    if (at !== raw.length) {
      return unparsed(
        raw,
        origin,
        offset,
        observed,
        `more text than the format has: ${quoted(raw.slice(at))}`,
      );
    }
    return {
      origin,
      offset,
      time: time?.ms ?? (!Number.isNaN(clf) ? clf : observed),
      nanos: time?.nanos ?? 0,
      precision: time?.precision ?? (!Number.isNaN(clf) ? "s" : "ms"),
      level: status === 0 ? undefined : levelOfStatus(status),
      message: message === undefined ? raw : escaped ? unescaped(message) : message,
      fields,
      raw,
      error: undefined,
    };
  };
  return { name, parse };
}

function fieldsOf({ kind, field }: LogVariable): readonly string[] {
  if (kind === "request") return ["method", "path", "query", "protocol"];
  if (kind === "uri") return ["path", "query"];
  return kind === "clf" || kind === "time" || kind === "msec" ? [] : [field];
}
