import type { IHeaders } from "kafkajs";
import { reasonOf } from "../../errors.ts";

/** What kafkajs asks of a codec. */
export interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(packed: Buffer): Promise<Buffer>;
}

/** Makes a codec. The client has one of each kind for all who use it: `patient` is set where it was exchanged. */
export type PatientCodec = (() => Codec) & { readonly patient?: true };

/** The header by which a message is known that could not be unpacked; no producer's, as it is new with each process. */
const HEADER = `log-monitor-undecodable-${process.pid}-${performance.timeOrigin}`;

/** Why a message could not be unpacked; undefined for any other. */
export function whyUndecodable(headers: IHeaders): string | undefined {
  const value = headers[HEADER];
  return value === undefined ? undefined : String(value);
}

/**
 * A record batch (magic 2) begins with base offset (8 bytes), length (4), leader epoch (4), magic (1), checksum (4),
 * attributes (2), last offset delta (4), times (8 and 8), producer (8 and 2), sequence (4) and the number of records
 * (4), which the packed records follow. Source: kafka.apache.org/documentation, "Record Batch".
 */
const BATCH_HEAD = 61;
const MAGIC_AT = 16;
const LAST_DELTA_AT = 23;
const COUNT_AT = 57;

/**
 * A batch that can't be unpacked would end the client, again and again: it becomes as many messages that say why.
 * The client (kafkajs 2.2.4) decodes batches in place, so that a batch's head lies before its packed records.
 */
export function patientCodec(codec: PatientCodec): PatientCodec {
  if (codec.patient) return codec;
  const make = (): Codec => ({
    compress: (encoder) => codec().compress(encoder),
    async decompress(packed) {
      try {
        return await codec().decompress(packed);
      } catch (error) {
        const stand = standIn(packed, `its batch can't be unpacked: ${reasonOf(error)}`);
        if (!stand) throw error;
        return stand;
      }
    },
  });
  return Object.assign(make, { patient: true as const });
}

/** Records in place of those of a batch; undefined where its head can't be made out. */
function standIn(packed: Buffer, reason: string): Buffer | undefined {
  const at = packed.byteOffset - BATCH_HEAD;
  if (at < 0) return undefined;
  const head = Buffer.from(packed.buffer, at, BATCH_HEAD);
  const count = head.readInt32BE(COUNT_AT);
  const lastDelta = head.readInt32BE(LAST_DELTA_AT);
  if (head[MAGIC_AT] !== 2 || count < 1 || lastDelta < count - 1) return undefined;
  const records: Buffer[] = [];
  // Which offsets are missing in a compacted batch nobody can tell: the last one is known.
  for (let one = 0; one < count; one++) records.push(recordOf(one === count - 1 ? lastDelta : one, reason));
  return Buffer.concat(records);
}

/** One record without key and value. Source: as above, "Record". */
function recordOf(offsetDelta: number, reason: string): Buffer {
  const name = Buffer.from(HEADER);
  const value = Buffer.from(reason);
  const body = Buffer.concat([
    // Attributes and time.
    Buffer.from([0, 0]),
    varint(offsetDelta),
    // No key, no value, one header.
    varint(-1),
    varint(-1),
    varint(1),
    varint(name.length),
    name,
    varint(value.length),
    value,
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** A signed number as Kafka and Protocol Buffers write it: zigzag, seven bits a byte. */
function varint(value: number): Buffer {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  const bytes: number[] = [];
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
