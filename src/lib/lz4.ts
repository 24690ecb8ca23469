/**
 * LZ4 frames as Kafka's own clients write and read them. The formats: "LZ4 Frame Format Description" 1.6 and
 * "LZ4 Block Format Description", github.com/lz4/lz4/tree/dev/doc. No maintained package has them without a
 * native build.
 */

const MAGIC = 0x184d2204;
/** Version 1, independent blocks, no sums; blocks of at most 64 KiB; the header's own checksum (xxHash32 of both). */
const HEADER = Buffer.from("04224d18604082", "hex");
const BLOCK = 1 << 16;
/** Set in a block's length: it holds the bytes as they are. */
const AS_IS = 0x80000000;

const LEAST_MATCH = 4;
/** The last match of a block begins so many bytes before its end at the latest, and ends five before it. */
const NO_MATCH = 12;
const LITERALS_AT_END = 5;
const HASH_BITS = 13;
/** The longer nothing was found, the faster the search goes on: what can't be packed is passed over. */
const SKIP = 6;

/** Packs bytes into one frame. */
export function packLz4(data: Uint8Array): Buffer {
  const from = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const blocks = Math.ceil(from.length / BLOCK);
  const out = Buffer.allocUnsafe(
    HEADER.length + from.length + Math.ceil(from.length / 200) + 32 * blocks + 4,
  );
  HEADER.copy(out);
  let at = HEADER.length;
  const seen = new Int32Array(1 << HASH_BITS);
  for (let begin = 0; begin < from.length; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, from.length);
    const packed = packBlock(from, begin, end, out, at + 4, seen) - at - 4;
    if (packed < end - begin) {
      out.writeUInt32LE(packed, at);
      at += 4 + packed;
    } else {
      out.writeUInt32LE((AS_IS | (end - begin)) >>> 0, at);
      at += 4 + from.copy(out, at + 4, begin, end);
    }
  }
  out.writeUInt32LE(0, at);
  return out.subarray(0, at + 4);
}

/** Packs the bytes of one block to `out` from `at` on, and returns where it ends. @param seen places + 1 by hash */
function packBlock(
  from: Buffer,
  begin: number,
  end: number,
  out: Buffer,
  at: number,
  seen: Int32Array,
): number {
  let to = at;
  let anchor = begin;
  let place = begin;
  let misses = 1 << SKIP;
  const last = end - NO_MATCH;
  while (place <= last) {
    const word = from.readInt32LE(place);
    const slot = Math.imul(word, -1640531535) >>> (32 - HASH_BITS);
    const candidate = (seen[slot] ?? 0) - 1;
    seen[slot] = place + 1;
    if (candidate < begin || place - candidate >= BLOCK || from.readInt32LE(candidate) !== word) {
      place += misses++ >> SKIP;
      continue;
    }
    misses = 1 << SKIP;
    const stop = end - LITERALS_AT_END;
    let length = LEAST_MATCH;
    while (place + length < stop && from[candidate + length] === from[place + length]) length++;
    to = putSequence(from, anchor, place, length - LEAST_MATCH, out, to);
    out.writeUInt16LE(place - candidate, to);
    to = putLength(length - LEAST_MATCH, out, to + 2);
    place += length;
    anchor = place;
  }
  return putSequence(from, anchor, end, 0, out, to);
}

/** Token, length of the literals, and the literals. */
function putSequence(
  from: Buffer,
  anchor: number,
  end: number,
  match: number,
  out: Buffer,
  at: number,
): number {
  const count = end - anchor;
  out[at] = (Math.min(count, 15) << 4) | Math.min(match, 15);
  const to = putLength(count, out, at + 1);
  return to + from.copy(out, to, anchor, end);
}

/** What of a length does not fit its half of the token. */
function putLength(length: number, out: Buffer, at: number): number {
  let to = at;
  if (length < 15) return to;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out[to++] = 255;
  out[to++] = rest;
  return to;
}

/** Unpacks frames that follow one another. @throws Error when it is no LZ4, damaged, or holds more bytes than `most` */
export function unpackLz4(packed: Uint8Array, most = Number.POSITIVE_INFINITY): Buffer {
  const from = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const parts: Buffer[] = [];
  let at = 0;
  let room = most;
  do {
    const frame = unpackFrame(from, at, room);
    if (!frame) throw new Error(`it is longer than ${most} bytes when it is unpacked`);
    parts.push(frame.content);
    room -= frame.content.length;
    at = frame.end;
  } while (at < from.length);
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

/** Undefined when it holds more bytes than `most`. */
function unpackFrame(
  from: Buffer,
  begin: number,
  most: number,
): { content: Buffer; end: number } | undefined {
  if (begin + 7 > from.length || from.readUInt32LE(begin) !== MAGIC) throw damaged("no LZ4 frame begins");
  const flags = from.readUInt8(begin + 4);
  if (flags >> 6 !== 1) throw damaged("an unknown version begins");
  const blockSize = 1 << (8 + 2 * ((from.readUInt8(begin + 5) >> 4) & 7));
  const [sumsOfBlocks, sized, summed, dictionary] = [0x10, 8, 4, 1].map((flag) => (flags & flag) !== 0);
  if (dictionary) throw damaged("a frame with a dictionary begins");
  let at = begin + (sized ? 15 : 7);
  let out = Buffer.allocUnsafe(Math.max(blockSize, 4 * (from.length - begin)));
  let to = 0;
  for (;;) {
    const head = wordAt(from, at);
    at += 4;
    if (head === 0) break;
    const length = head & ~AS_IS;
    if (at + length > from.length) throw damaged("a block ends too soon");
    if (to + blockSize > out.length) {
      const larger = Buffer.allocUnsafe(2 * out.length + blockSize);
      out.copy(larger, 0, 0, to);
      out = larger;
    }
    if (head >= AS_IS) to += from.copy(out, to, at, at + length);
    else to = unpackBlock(from, at, at + length, out, to, to + blockSize);
    at += length + (sumsOfBlocks ? 4 : 0);
    if (to > most) return undefined;
  }
  // What is small must not hold what was made for more: there may be many frames.
  const content = 2 * to < out.length ? Buffer.from(out.subarray(0, to)) : out.subarray(0, to);
  return { content, end: at + (summed ? 4 : 0) };
}

/** @param begin of the block's bytes in `out`; matches may reach into those before @param limit of them */
function unpackBlock(
  from: Buffer,
  start: number,
  end: number,
  out: Buffer,
  begin: number,
  limit: number,
): number {
  let at = start;
  let to = begin;
  const lengthOf = (half: number): number => {
    let length = half;
    if (half < 15) return length;
    for (;;) {
      const more = at < end ? (from[at++] ?? 0) : -1;
      if (more < 0) throw damaged("a length ends too soon");
      length += more;
      if (more < 255) return length;
    }
  };
  while (at < end) {
    const token = from[at++] ?? 0;
    const count = lengthOf(token >> 4);
    if (at + count > end || to + count > limit) throw damaged("there are more bytes than a block can hold");
    from.copy(out, to, at, at + count);
    at += count;
    to += count;
    if (at === end) break;
    if (at + 2 > end) throw damaged("a block ends too soon");
    const back = from.readUInt16LE(at);
    at += 2;
    const length = lengthOf(token & 15) + LEAST_MATCH;
    if (back === 0 || back > to || to + length > limit) throw damaged("a repetition leads out of the data");
    // It may overlap what it writes, so byte for byte.
    if (back >= length) out.copyWithin(to, to - back, to - back + length);
    else for (let n = 0; n < length; n++) out[to + n] = out[to + n - back] ?? 0;
    to += length;
  }
  return to;
}

function wordAt(from: Buffer, at: number): number {
  if (at + 4 > from.length) throw damaged("a frame ends too soon");
  return from.readUInt32LE(at);
}

function damaged(what: string): Error {
  return new Error(`damaged LZ4 data: ${what}`);
}
