import type Encoder from "kafkajs/src/protocol/encoder.js";

/** A number of seven bits a byte is at most so long, for 32 and for 64 bits. */
const VAR_INT_BYTES = 5;
const VAR_LONG_BYTES = 10;
/** Twice this is still exact. */
const LARGEST = Number.MAX_SAFE_INTEGER / 2;

/**
 * Has the client write numbers of variable length straight into its buffer: kafkajs 2.2.4 makes an array and a
 * buffer for each, twenty for a message with headers, and calculates times with objects of BigInt. The bytes are
 * the same: zigzag and seven bits a byte (Kafka's protocol guide, "Protocol Primitive Types").
 */
export function mendEncoder(encoder: typeof Encoder): void {
  const { writeVarLong } = encoder.prototype;
  const { sizeOfVarLong } = encoder;
  encoder.prototype.writeUVarInt = function (value) {
    this.ensureAvailable(VAR_INT_BYTES);
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.buf[this.offset++] = (rest & 0x7f) | 0x80;
    this.buf[this.offset++] = rest;
    return this;
  };
  encoder.prototype.writeVarLong = function (value) {
    let rest = zigzag(value);
    if (rest === undefined) return writeVarLong.call(this, value);
    this.ensureAvailable(VAR_LONG_BYTES);
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.buf[this.offset++] = (rest % 0x80) | 0x80;
    this.buf[this.offset++] = rest;
    return this;
  };
  encoder.sizeOfVarLong = (value) => {
    let rest = zigzag(value);
    if (rest === undefined) return sizeOfVarLong(value);
    let bytes = 1;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes++;
    return bytes;
  };
}

/** Undefined for what is no number, or too large to be exact. */
function zigzag(value: unknown): number | undefined {
  if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) > LARGEST) return undefined;
  return value >= 0 ? 2 * value : -2 * value - 1;
}
