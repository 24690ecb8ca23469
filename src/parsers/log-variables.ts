import { UserError } from "../errors.ts";
import { isEscaped } from "./escapes.ts";

/** How the text of a variable becomes values. */
export type Kind = "clf" | "time" | "msec" | "request" | "uri" | "number" | "sum" | "text";

export interface LogVariable {
  /** As nginx calls it. */
  readonly name: string;
  /** As the record calls it. */
  readonly field: string;
  readonly kind: Kind;
}

/** A variable and the literal behind it. */
export interface Segment {
  readonly variable: LogVariable;
  /** Empty for the last: it goes to the end of the line. */
  readonly literal: string;
  /** Index where the variable that begins at `start` ends; -1 when its literal is not found. */
  end(raw: string, start: number): number;
}

/** Names of ours for what every format has; all other variables keep nginx's. */
const NAMES: Readonly<Record<string, string>> = {
  body_bytes_sent: "bytes_sent",
  http_referer: "referer",
  http_user_agent: "user_agent",
  upstream_response_time: "upstream_time",
  request_method: "method",
  server_protocol: "protocol",
  uri: "path",
  document_uri: "path",
  args: "query",
  query_string: "query",
};

const KINDS: Readonly<Record<string, Kind>> = {
  time_local: "clf",
  time_iso8601: "time",
  msec: "msec",
  request: "request",
  request_uri: "uri",
  upstream_response_time: "sum",
  upstream_connect_time: "sum",
  upstream_header_time: "sum",
  upstream_queue_time: "sum",
  upstream_first_byte_time: "sum",
  upstream_session_time: "sum",
  upstream_bytes_sent: "sum",
  upstream_bytes_received: "sum",
  upstream_response_length: "sum",
};

const NUMBERS = new Set(
  (
    "status body_bytes_sent bytes_sent bytes_received request_time request_length connection " +
    "connection_requests connection_time connections_active content_length gzip_ratio pid remote_port server_port " +
    "proxy_port proxy_protocol_port session_time limit_rate tcpinfo_rtt tcpinfo_rttvar tcpinfo_snd_cwnd " +
    "tcpinfo_rcv_space"
  ).split(" "),
);

/** Variables that list several values with commas, unquoted spaces among them. */
const LISTS = /^(?:upstream_|(?:http_|proxy_add_)x_forwarded_for$)/;
const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;
const PIECE = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gsy;
const DIRECTIVE = /^\s*log_format\s+[^\s;]+\s+(?:escape=(?:default|json|none)\s+)?(?=['"])/;

/**
 * Cuts a format into literals and variables.
 * @throws UserError for a format without variables, or with two that nothing separates
 */
export function segmentsOf(format: string): { first: string; segments: readonly Segment[] } {
  const text = textOf(format);
  const found = [...text.matchAll(VARIABLE)];
  if (found.length === 0)
    throw new UserError(`format: ${JSON.stringify(text)} names no variable like $status`);
  const segments = found.map((match, index) => {
    const next = found[index + 1];
    const literal = text.slice(match.index + match[0].length, next?.index ?? text.length);
    if (literal === "" && next) {
      throw new UserError(`format: nothing separates ${match[0]} and ${next[0]}, so neither can be told`);
    }
    return segmentOf(variableOf(match[1] ?? match[2] ?? ""), literal, index === found.length - 1);
  });
  return { first: text.slice(0, found[0]?.index), segments };
}

function variableOf(name: string): LogVariable {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  const field = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  return { name, field: field ?? name, kind: kind ?? (NUMBERS.has(name) ? "number" : "text") };
}

/** The format string itself, from a directive as it stands in nginx.conf or from quoted pieces alone. */
function textOf(format: string): string {
  const directive = DIRECTIVE.exec(format);
  const body = format.slice(directive?.[0].length ?? 0).trim();
  const pieces: string[] = [];
  PIECE.lastIndex = 0;
  let at = 0;
  for (let match = PIECE.exec(body); match; match = PIECE.exec(body)) {
    pieces.push((match[1] ?? match[2] ?? "").replace(/\\(['"\\])/g, "$1"));
    at = PIECE.lastIndex + (/^\s*/.exec(body.slice(PIECE.lastIndex))?.[0].length ?? 0);
    PIECE.lastIndex = at;
  }
  const whole = pieces.length > 0 && /^;?$/.test(body.slice(at));
  if (directive && !whole)
    throw new UserError("format: the log_format directive has a piece without its quotes");
  return whole ? pieces.join("") : format;
}

function segmentOf(variable: LogVariable, literal: string, last: boolean): Segment {
  if (last) {
    const end = (raw: string, start: number) => {
      const at = raw.length - literal.length;
      return at >= start && raw.endsWith(literal) ? at : -1;
    };
    return { variable, literal, end };
  }
  // A quote within a quoted value is escaped, unless the format says escape=none, which nothing can undo.
  if (literal.startsWith('"'))
    return { variable, literal, end: (raw, start) => afterEscapes(raw, start, literal) };
  if (literal.startsWith(" ") && LISTS.test(variable.name)) {
    return { variable, literal, end: (raw, start) => afterList(raw, start, literal) };
  }
  return { variable, literal, end: (raw, start) => raw.indexOf(literal, start) };
}

function afterEscapes(raw: string, start: number, literal: string): number {
  let at = raw.indexOf(literal, start);
  while (at > start && raw.charCodeAt(at - 1) === 92 && isEscaped(raw, at, start))
    at = raw.indexOf(literal, at + 1);
  return at;
}

function afterList(raw: string, start: number, literal: string): number {
  let at = raw.indexOf(literal, start);
  while (at > start) {
    if (raw.charCodeAt(at - 1) === 44) at = raw.indexOf(literal, at + 1);
    else if (raw.startsWith(" : ", at)) at = raw.indexOf(literal, at + 3);
    else break;
  }
  return at;
}
