import { setTimeout as delay } from "node:timers/promises";
import { escapeMessage, needsEscape } from "../../lib/escaped.ts";
import type { Gate } from "../stream/gate.ts";
import type { Message } from "./framing.ts";
import type { Senders, Stream } from "./senders.ts";

const LF = Buffer.from("\n");
/** So much of a sender goes in one chunk; after less, more is waited for so long (ms). */
const CHUNK = 64 * 1024;
const COALESCE = 25;
/** The same for each of many senders, as each chunk has its price; so long at most. */
const COALESCE_EACH = 0.5;
const COALESCE_MOST = 500;
/** Beyond so many bytes that wait, connections are not read; beyond the second, datagrams are lost. */
const ENOUGH = 256 * 1024;
const MOST = 4 * 1024 ** 2;
/** What a message costs beside its bytes. */
const EACH = 64;

interface Waiting {
  readonly message: Message;
  readonly stream: Stream;
}

/** Messages on their way to the streams of their senders, in the order they came from each. */
export interface Messages {
  /** @param sender its address */
  add(message: Message, sender: string): void;
  /** So many wait that a sender who can't be held up is not to be heard. */
  readonly full: boolean;
  /** Undefined: there is room. Asked again when it has resolved. */
  wait(): Promise<void> | undefined;
  /** Resolves when all that came until now is durable. */
  drain(): Promise<void>;
  /** Nothing more will come; resolves when all is durable. */
  end(): Promise<void>;
}

/** What of one sender is one chunk: messages that are written alike, up to one that was cut. */
interface Part {
  readonly escaped: boolean;
  readonly lines: Buffer[];
  length: number;
  rest: number;
  /** Nothing more goes in: what comes after waits. */
  closed: boolean;
}

/** @param gate what they wait at, before they are handed on */
export function createMessages(senders: Senders, gate: Gate, multiline: boolean): Messages {
  let waiting: Waiting[] = [];
  let bytes = 0;
  /** Streams that something waits for. */
  let streams = 0;
  let over = false;
  let wake = (): void => {};
  let room: PromiseWithResolvers<void> | undefined;
  let empty: PromiseWithResolvers<void> | undefined;

  /** @returns whether it went in */
  const put = (parts: Map<Stream, Part>, { message, stream }: Waiting): boolean => {
    let part = parts.get(stream);
    if (part?.closed) return false;
    const escaped = needsEscape(message.bytes);
    if (!part) {
      part = { escaped, lines: [], length: 0, rest: 0, closed: false };
      parts.set(stream, part);
    }
    part.closed = part.escaped !== escaped || part.length >= CHUNK;
    if (part.closed) return false;
    const line = escaped ? escapeMessage(message.bytes) : message.bytes;
    part.lines.push(line);
    part.length += line.length;
    part.rest = message.rest;
    if (part.rest > 0) part.closed = true;
    else {
      part.lines.push(LF);
      part.length += LF.length;
    }
    return true;
  };

  /** Hands on one chunk of each sender that said something. */
  const next = (): void => {
    const parts = new Map<Stream, Part>();
    const left: Waiting[] = [];
    for (const one of waiting) {
      if (!put(parts, one)) {
        left.push(one);
        continue;
      }
      bytes -= one.message.bytes.length + EACH;
      if (--one.stream.waiting === 0) streams--;
    }
    waiting = left;
    for (const [stream, { lines, length, rest, escaped }] of parts) {
      const { offset, skipped, life } = stream;
      const start = offset + skipped;
      void life.hand({
        start,
        bytes: Buffer.concat(lines),
        skipped,
        ...(rest > 0 && { cut: true }),
        ...(escaped && { escaped }),
        ...(multiline && { apart: true }),
      });
      stream.offset = start + length;
      stream.skipped = rest;
    }
  };

  const pump = async (): Promise<void> => {
    for (;;) {
      if (waiting.length === 0) {
        empty?.resolve();
        empty = undefined;
        if (over) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (bytes < Math.min(CHUNK * streams, ENOUGH) && !over && !empty)
        await delay(Math.min(COALESCE + COALESCE_EACH * streams, COALESCE_MOST));
      for (let wait = gate.wait(); wait; wait = gate.wait()) await wait;
      next();
      if (bytes <= ENOUGH) {
        room?.resolve();
        room = undefined;
      }
    }
  };
  const pumping = pump();

  return {
    add(message, sender) {
      const stream = senders.of(sender);
      if (stream.waiting++ === 0) streams++;
      waiting.push({ message, stream });
      bytes += message.bytes.length + EACH;
      wake();
    },
    get full() {
      return bytes > MOST;
    },
    wait() {
      if (bytes <= ENOUGH || over) return undefined;
      room ??= Promise.withResolvers();
      return room.promise;
    },
    async drain() {
      if (waiting.length > 0) {
        empty ??= Promise.withResolvers();
        await empty.promise;
      }
      await senders.settled();
    },
    async end() {
      over = true;
      wake();
      room?.resolve();
      await pumping;
      await senders.end();
    },
  };
}
