import { setTimeout as delay } from "node:timers/promises";
import { escapeMessage, needsEscape } from "../../lib/escaped.ts";
import type { Gate } from "../stream/gate.ts";
import type { Life } from "../stream/life.ts";
import type { Message } from "./framing.ts";

const LF = Buffer.from("\n");
/** So much goes in one chunk; after less, more is waited for so long (ms). */
const CHUNK = 64 * 1024;
const COALESCE = 25;
/** Beyond so many bytes that wait, connections are not read; beyond the second, datagrams are lost. */
const ENOUGH = 256 * 1024;
const MOST = 4 * 1024 ** 2;
/** What a message costs beside its bytes. */
const EACH = 64;

/** Messages of all senders on their way to one stream, in the order they came. */
export interface Messages {
  add(message: Message): void;
  /** So many wait that a sender who can't be held up is not to be heard. */
  readonly full: boolean;
  /** Undefined: there is room. Asked again when it has resolved. */
  wait(): Promise<void> | undefined;
  /** Resolves when all that came until now is durable. */
  drain(): Promise<void>;
  /** Nothing more will come; resolves when all is durable. */
  end(): Promise<void>;
}

/** @param gate what they wait at, before they are handed on */
export function createMessages(life: Life, gate: Gate, multiline: boolean): Messages {
  let waiting: Message[] = [];
  let bytes = 0;
  let offset = 0;
  let skipped = 0;
  let over = false;
  let wake = (): void => {};
  let room: PromiseWithResolvers<void> | undefined;
  let empty: PromiseWithResolvers<void> | undefined;

  /** Takes from the front what is one chunk: messages that are written alike, up to one that was cut. */
  const next = (): void => {
    const [first] = waiting;
    if (!first) return;
    const escaped = needsEscape(first.bytes);
    const lines: Buffer[] = [];
    let length = 0;
    let count = 0;
    let rest = 0;
    for (const message of waiting) {
      if (length >= CHUNK || needsEscape(message.bytes) !== escaped) break;
      const line = escaped ? escapeMessage(message.bytes) : message.bytes;
      lines.push(line);
      length += line.length;
      count++;
      bytes -= message.bytes.length + EACH;
      rest = message.rest;
      if (rest > 0) break;
      lines.push(LF);
      length += 1;
    }
    waiting = waiting.slice(count);
    const start = offset + skipped;
    void life.hand({
      start,
      bytes: Buffer.concat(lines),
      skipped,
      ...(rest > 0 && { cut: true }),
      ...(escaped && { escaped }),
      ...(multiline && { apart: true }),
    });
    offset = start + length;
    skipped = rest;
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
      if (bytes < CHUNK && !over && !empty) await delay(COALESCE);
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
    add(message) {
      waiting.push(message);
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
      await life.settled;
    },
    async end() {
      over = true;
      wake();
      room?.resolve();
      await pumping;
      await life.end();
    },
  };
}
