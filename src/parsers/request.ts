import { unescaped } from "./escapes.ts";

const SLASH = 47;

/** The three words of a request line, by their places in the text. */
export interface RequestReader {
  /**
   * Reads `GET /path?query HTTP/1.1` between two indices into the properties below.
   * @returns the reason why it is no request; undefined when it is one
   */
  read(text: string, start: number, end: number): string | undefined;
  /** Lets go of the line that was read. */
  forget(): void;
  readonly method: string;
  /** As written, without query and fragment. */
  readonly path: string;
  /** Without the question mark; null when the request has none. */
  readonly query: string | null;
  readonly protocol: string;
}

export function createRequestReader(): RequestReader {
  let method = "";
  let path = "";
  let query: string | null = null;
  let protocol = "";

  return {
    read(text, start, end) {
      const first = text.indexOf(" ", start);
      const second = first < 0 || first >= end ? -1 : text.indexOf(" ", first + 1);
      if (second < 0 || second >= end) return notThreeWords(text, start, end);
      const third = text.indexOf(" ", second + 1);
      if ((third >= 0 && third < end) || first === start || second === first + 1 || second === end - 1) {
        return notThreeWords(text, start, end);
      }
      let question = text.indexOf("?", first + 1);
      const hash = text.indexOf("#", first + 1);
      const targetEnd = hash >= 0 && hash < second ? hash : second;
      if (question > targetEnd) question = -1;
      const pathEnd = question < 0 ? targetEnd : question;
      if (text.charCodeAt(first + 1) === SLASH) {
        if (!escapesHold(text, first + 1, pathEnd)) return badPath(text, first + 1, second);
        path = text.slice(first + 1, pathEnd);
      } else {
        const found = otherPath(text.slice(first + 1, pathEnd));
        if (found === undefined) return badPath(text, first + 1, second);
        path = found;
      }
      // Few methods and protocols are ever seen: the string of the line before saves making one.
      if (first - start !== method.length || !text.startsWith(method, start))
        method = text.slice(start, first);
      if (end - second - 1 !== protocol.length || !text.startsWith(protocol, second + 1)) {
        protocol = text.slice(second + 1, end);
      }
      query = question < 0 ? null : text.slice(question + 1, targetEnd);
      return undefined;
    },
    forget() {
      path = "";
      query = null;
    },
    get method() {
      return method;
    },
    get path() {
      return path;
    },
    get query() {
      return query;
    },
    get protocol() {
      return protocol;
    },
  };
}

/** `*`, `host:port`, `http://host/path` or a relative path; undefined when it is none of them. */
function otherPath(target: string): string | undefined {
  if (!escapesHold(target, 0, target.length)) return undefined;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/]*)/.exec(target);
  if (scheme) return isAuthority(scheme[1] ?? "") ? target.slice(scheme[0].length) || "/" : undefined;
  // CONNECT names a host and port, which is all the path it has.
  if (/^(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d+$/.test(target)) return target;
  const colon = target.indexOf(":");
  const slash = target.indexOf("/");
  return colon >= 0 && (slash < 0 || colon < slash) ? undefined : target;
}

/** `user@host:port`; brackets go around an IPv6 address only. */
function isAuthority(text: string): boolean {
  return /^(?:\[[^[\]]+\]|[^[\]:]*)(?::\d*)?$/.test(text.slice(text.lastIndexOf("@") + 1));
}

/** Whether each percent sign is followed by two hexadecimal digits. */
function escapesHold(text: string, start: number, end: number): boolean {
  for (let at = text.indexOf("%", start); at >= 0 && at < end; at = text.indexOf("%", at + 1)) {
    if (at + 2 >= end || !isHex(text.charCodeAt(at + 1)) || !isHex(text.charCodeAt(at + 2))) return false;
  }
  return true;
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function notThreeWords(text: string, start: number, end: number): string {
  return `the request is not three words: ${quoted(text.slice(start, end))}`;
}

function badPath(text: string, start: number, end: number): string {
  return `the URL path does not parse: ${quoted(text.slice(start, end))}`;
}

/** A value for a reason: unescaped, cut to what fits a message. */
export function quoted(text: string): string {
  const plain = unescaped(text);
  return JSON.stringify(plain.length > 80 ? `${plain.slice(0, 80)}…` : plain);
}
