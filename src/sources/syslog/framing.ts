import { UTF8, wholeCharacters } from "../../lib/encoding.ts";

const LF = 10;
const CR = 13;
const NUL = 0;
const SPACE = 32;
const LINE_END = Buffer.from("\n");
/** A length of more digits is none. */
const DIGITS = 9;

/** One message, without what framed it. */
export interface Message {
  readonly bytes: Buffer;
  /** So many bytes at its end were left out, as it is too long. */
  readonly rest: number;
}

/** Messages cut from the bytes of one connection; how these are cut into calls makes no difference. */
export interface Framing {
  push(bytes: Buffer): Message[];
  /** The connection is over: what is held is the last message. */
  end(): Message[];
}

/** What of a datagram or a frame is a message: without the line end or NUL that some put behind it. */
export function messageOf(frame: Buffer, most: number): Message {
  let end = frame.length;
  while (end > 0 && frame[end - 1] === NUL) end--;
  if (frame[end - 1] === LF) end--;
  if (frame[end - 1] === CR && end < frame.length) end--;
  const whole = frame.subarray(0, end);
  if (whole.length <= most) return { bytes: whole, rest: 0 };
  const bytes = whole.subarray(0, wholeCharacters(whole.subarray(0, most), UTF8));
  return { bytes, rest: whole.length - bytes.length };
}

/**
 * Both ways of RFC 6587, found out for each message: `LENGTH SPACE MESSAGE` (3.4.1), where a message begins with
 * `<` as RFC 5424 has it, or a message up to a line feed (3.4.2).
 * @param most bytes of a message, beyond which it is cut
 */
export function createFraming(most: number): Framing {
  let mode: "head" | "line" | "counted" = "head";
  /** What may be a length. */
  let head: number[] = [];
  let parts: Buffer[] = [];
  let kept = 0;
  let rest = 0;
  /** The last byte that was taken. */
  let last: number | undefined;
  /** Bytes of a counted message that are still to come. */
  let due = 0;

  const take = (bytes: Buffer): void => {
    const fits = bytes.subarray(0, most - kept);
    // A copy: the others of the same read need not stay for it.
    if (fits.length > 0) parts.push(Buffer.from(fits));
    kept += fits.length;
    rest += bytes.length - fits.length;
    last = bytes.at(-1) ?? last;
  };

  const finish = (messages: Message[]): void => {
    const frame = Buffer.concat(mode === "counted" ? parts : [...parts, LINE_END]);
    // What only ends the message is no part that is left out.
    const left = rest === 1 && (last === CR || last === LF || last === NUL) ? 0 : rest;
    mode = "head";
    parts = [];
    kept = 0;
    rest = 0;
    if (left > 0) {
      const cut = frame.subarray(0, most);
      const bytes = cut.subarray(0, wholeCharacters(cut, UTF8));
      messages.push({ bytes, rest: left + cut.length - bytes.length });
      return;
    }
    const message = messageOf(frame, most);
    if (message.bytes.length > 0) messages.push(message);
  };

  /** Looks at one byte at the head of a message. @returns whether it belongs there */
  const look = (byte: number): boolean => {
    if (head.length === 0 && (byte === LF || byte === CR || byte === NUL || byte === SPACE)) return true;
    const spaced = head.at(-1) === SPACE;
    const digit = byte >= 48 && byte <= 57;
    if (!spaced && digit && head.length < DIGITS && !(head.length === 0 && byte === 48)) {
      head.push(byte);
      return true;
    }
    if (!spaced && byte === SPACE && head.length > 0) {
      head.push(byte);
      return true;
    }
    if (spaced && byte === 60) {
      mode = "counted";
      due = Number.parseInt(String.fromCharCode(...head), 10);
    } else {
      mode = "line";
      take(Buffer.from(head));
    }
    head = [];
    return false;
  };

  return {
    push(bytes) {
      const messages: Message[] = [];
      for (let at = 0; at < bytes.length; ) {
        if (mode === "head") {
          if (look(bytes[at] ?? 0)) at++;
        } else if (mode === "counted") {
          const part = bytes.subarray(at, at + due);
          take(part);
          at += part.length;
          due -= part.length;
          if (due === 0) finish(messages);
        } else {
          const end = bytes.indexOf(LF, at);
          take(bytes.subarray(at, end < 0 ? bytes.length : end));
          at = end < 0 ? bytes.length : end + 1;
          if (end >= 0) finish(messages);
        }
      }
      return messages;
    },
    end() {
      const messages: Message[] = [];
      if (mode === "head") take(Buffer.from(head));
      head = [];
      due = 0;
      finish(messages);
      return messages;
    },
  };
}
