import type { KafkaMessage } from "kafkajs";
import { type Message, packedSize } from "../../lib/messages.ts";
import type { Aside } from "../source.ts";
import { whyUndecodable } from "./undecodable.ts";

/** A chunk ends with the message that makes it so many bytes: small enough to be waited for one by one. */
const CHUNK = 256 * 1024;
/** Ids as this program makes them. */
const ID = /^[0-9a-f]{16}-[0-9a-z]{1,11}$/;
/** So many bytes of a message that is put aside are kept with it. */
const KEPT = 64 * 1024;

/** Messages that are handed on together, and those among them that are put aside. */
export interface Intake {
  readonly messages: readonly Message[];
  readonly aside: readonly Aside[];
  /** Of the last of all of them. */
  readonly last: number;
}

export interface IntakeOptions {
  readonly maxMessageBytes: number;
  readonly ids: "header" | "offset";
  readonly fields: boolean;
}

/**
 * Sorts the messages of a partition into runs of bearable size.
 * @param from those before it were read already
 */
export function* intakesOf(
  messages: readonly KafkaMessage[],
  place: { readonly topic: string; readonly partition: number; readonly path: string },
  from: number,
  options: IntakeOptions,
): Generator<Intake> {
  let taken: Message[] = [];
  let aside: Aside[] = [];
  let bytes = 0;
  let last = -1;
  for (const message of messages) {
    const offset = Number(message.offset);
    if (offset < from) continue;
    const one = taking(message, place, offset, options);
    if ("reason" in one) {
      aside.push(one);
      bytes += one.value?.length ?? 0;
    } else {
      taken.push(one);
      bytes += packedSize(one);
    }
    last = offset;
    if (bytes < CHUNK) continue;
    yield { messages: taken, aside, last };
    taken = [];
    aside = [];
    bytes = 0;
  }
  if (taken.length + aside.length > 0) yield { messages: taken, aside, last };
}

function taking(
  message: KafkaMessage,
  { topic, partition, path }: { readonly topic: string; readonly partition: number; readonly path: string },
  offset: number,
  { maxMessageBytes, ids, fields }: IntakeOptions,
): Message | Aside {
  const { value, key, headers = {} } = message;
  const time = Number(message.timestamp);
  const putAside = (reason: string): Aside => ({
    path,
    offset,
    time,
    reason,
    ...(key && { key: textOf(key) }),
    ...(value && { bytes: value.length, value: textOf(value.subarray(0, KEPT)) }),
  });
  const broken = whyUndecodable(headers);
  if (broken !== undefined) return putAside(broken);
  if (value === null) return putAside("it has no value: a tombstone, which marks its key as deleted");
  if (value.length > maxMessageBytes)
    return putAside(`its ${value.length} bytes are more than maxMessageBytes (${maxMessageBytes})`);
  const id = single(headers.id);
  const own = id !== undefined && ID.test(id) ? id : undefined;
  const all = fields ? JSON.stringify(fieldsOf(message, topic, partition, offset)) : undefined;
  // Our sink says there when the line was, which by default is not the message's time.
  const line = own === undefined ? Number.NaN : Date.parse(single(headers.time) ?? "");
  const when = [line, time].find(Number.isFinite) ?? -1;
  return { offset, time: when, id: ids === "header" ? own : undefined, fields: all, value };
}

function fieldsOf(
  { key, headers = {} }: KafkaMessage,
  topic: string,
  partition: number,
  offset: number,
): object {
  const named = Object.entries(headers).flatMap(([name, value]) => {
    const text = single(value);
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    topic,
    partition,
    offset,
    ...(key && { key: textOf(key) }),
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
  };
}

/** A header's value; of one that is there several times the first. */
function single(value: NonNullable<KafkaMessage["headers"]>[string]): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? undefined : textOf(first);
}

/** In UTF-8, with U+FFFD for what is none: for people to read. */
function textOf(bytes: Buffer | string): string {
  return bytes.toString("utf8");
}
