/** A message of a topic as the spool keeps it: beside its text, all that its record is made of. */
export interface Message {
  /** Of the message in its partition. */
  readonly offset: number;
  /** When it was, as the topic says or the sink that wrote it, ms since the epoch; below 0: nobody says. */
  readonly time: number;
  /** An id that it brought with it. */
  readonly id: string | undefined;
  /** Fields of its record, as a JSON object. */
  readonly fields: string | undefined;
  readonly value: Buffer;
}

/** Of a message that is kept: its length, offset, time, and the lengths of id and fields. */
const HEAD = 4 + 8 + 8 + 1 + 4;

/** Bytes that a message takes when it is packed. */
export function packedSize({ id = "", fields = "", value }: Message): number {
  return HEAD + id.length + Buffer.byteLength(fields) + value.length;
}

/**
 * Messages one after the other: length of what follows (4 bytes, big-endian as all), offset and time (8 each,
 * IEEE 754), length of the id (1), of the fields (4), then those two and the value. An id is ASCII, of at most 255.
 */
export function packMessages(messages: readonly Message[]): Buffer {
  let size = 0;
  for (const message of messages) size += packedSize(message);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { offset, time, id = "", fields = "", value } of messages) {
    const start = at;
    at = bytes.writeDoubleBE(offset, at + 4);
    at = bytes.writeDoubleBE(time, at);
    at = bytes.writeUInt8(id.length, at);
    at += 4;
    at += bytes.write(id, at, "latin1");
    const written = bytes.write(fields, at, "utf8");
    bytes.writeUInt32BE(written, start + HEAD - 4);
    at += written;
    at += value.copy(bytes, at);
    bytes.writeUInt32BE(at - start - 4, start);
  }
  return bytes;
}

/**
 * Goes over packed messages.
 * @param visit gets each with the place of its first byte
 * @throws when the bytes are no such run
 */
export function readMessages(
  bytes: Buffer,
  visit: (message: Message, from: number, to: number) => void,
): void {
  for (let from = 0; from < bytes.length; ) {
    if (bytes.length - from < HEAD) throw new Error("a message is cut short");
    const to = from + 4 + bytes.readUInt32BE(from);
    const idEnd = from + HEAD + bytes.readUInt8(from + 20);
    const fieldsEnd = idEnd + bytes.readUInt32BE(from + 21);
    if (to > bytes.length || fieldsEnd > to) throw new Error("a message is cut short");
    const message = {
      offset: bytes.readDoubleBE(from + 4),
      time: bytes.readDoubleBE(from + 12),
      id: idEnd > from + HEAD ? bytes.toString("latin1", from + HEAD, idEnd) : undefined,
      fields: fieldsEnd > idEnd ? bytes.toString("utf8", idEnd, fieldsEnd) : undefined,
      value: bytes.subarray(fieldsEnd, to),
    };
    visit(message, from, to);
    from = to;
  }
}

/** What names a partition where a file's path stands: no path of a file looks so. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}[${partition}]`;
}

/** The topic of a partition that is named so; undefined for the path of a file. */
export function topicOf(name: string): string | undefined {
  if (!name.endsWith("]") || name.includes("/")) return undefined;
  return /^([a-zA-Z0-9._-]+)\[\d+\]$/.exec(name)?.[1];
}
