import { zstdDecompressSync } from "node:zlib";
import { ByteWriter } from "../lib/byte-writer.ts";
import { createCells } from "./cells.ts";
import { type Columns, readColumns, writeColumns } from "./columns.ts";
import { readHeads } from "./heads.ts";
import { linesOf } from "./lines.ts";
import { levelPlace, type Row, type Rows } from "./rows.ts";
import { statusOf } from "./status.ts";
import { createWriter, type Writer } from "./varint.ts";

/** A block is cut at so many rows, or bytes of lines: what a search reads at least, and how well it packs. */
const ROWS = 4096;
const BYTES = 1 << 20;
/** Times further apart (ms) than this go into different blocks: their difference must be exact. */
const TIMES = 2 ** 50;
/** The decompressor takes no room smaller than this, in bytes. */
const LEAST_CHUNK = 64;
/** What room is taken, in bytes, where it is not known how much is needed, at least. */
const CHUNK = 64 << 10;
/** So many times as much room is taken for lines as those of the block before needed. */
const SPARE = 1.25;
/** A status from 0 up to this is kept as it is. */
const STATUS = 2 ** 30;

/** A block that is not packed yet. */
export interface Block {
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly minTime: number;
  readonly maxTime: number;
  /** See `writeCells`; empty where there are too many. */
  readonly cells: Uint8Array;
  /** Ids, times, levels, statuses and the lines' lengths: what most searches are decided by. */
  readonly heads: Uint8Array;
  /** The lines, one after the other, in UTF-8. */
  readonly texts: Uint8Array;
  /** See `writeColumns`. */
  readonly rest: Uint8Array;
}

/**
 * Makes blocks of rows of one file, which come in the order of their offsets.
 * @param start what makes the id of a row's offset when it is added
 */
export function blocksOf(rows: readonly Row[], start: number): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as Row;
    const opening = rows[from] as Row;
    if (at > from && (at - from >= ROWS || bytes >= BYTES || Math.abs(row.time - opening.time) > TIMES)) {
      blocks.push(blockOf(rows.slice(from, at), start));
      from = at;
      bytes = 0;
    }
    bytes += row.raw.length;
  }
  if (from < rows.length) blocks.push(blockOf(from === 0 ? rows : rows.slice(from), start));
  return blocks;
}

function blockOf(rows: readonly Row[], start: number): Block {
  const heads = createWriter();
  const texts = new ByteWriter();
  const [{ offset: firstOffset, time: firstTime }] = rows as [Row];
  let offset = firstOffset;
  let time = firstTime;
  let minTime = time;
  let maxTime = time;
  const cells = createCells();
  heads.whole(rows.length);
  heads.double(start + firstOffset);
  heads.double(firstTime);
  for (const row of rows) {
    heads.whole(row.offset - offset);
    heads.whole(zigzag(row.time - time));
    heads.whole(row.nanos);
    const level = levelPlace(row.level);
    const status = statusOf(row.fields);
    heads.whole((level ?? -1) + 1);
    writeStatus(status, heads);
    cells.add(level, status);
    const from = texts.at;
    texts.text(row.raw);
    heads.whole(texts.at - from);
    offset = row.offset;
    time = row.time;
    if (time < minTime) minTime = time;
    if (time > maxTime) maxTime = time;
  }
  return {
    first: start + firstOffset,
    last: start + offset,
    records: rows.length,
    minTime,
    maxTime,
    cells: cells.done(),
    heads: heads.done(),
    texts: texts.bytes.subarray(0, texts.at),
    rest: writeColumns(rows),
  };
}

function zigzag(value: number): number {
  if (!Number.isSafeInteger(value)) throw new TypeError("a record's time must be a whole number");
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function writeStatus(status: number | undefined, to: Writer): void {
  if (status === undefined) to.whole(0);
  else if (status >= 0 && status < STATUS) to.whole(status + 2);
  else {
    to.whole(1);
    to.double(status);
  }
}

/** The blobs of a block, the texts and the rest packed. */
export interface Packed {
  readonly heads: Uint8Array;
  readonly texts: Uint8Array;
  readonly rest: Uint8Array;
}

/** How many bytes the lines of a block may be: about as many as those of the one before. */
export interface Guess {
  bytes: number;
}

/**
 * Reads a block; what it consists of is unpacked when it is asked for, and until then not even looked at in `packed`.
 * What is asked for throws on damaged data.
 */
export function openBlock(packed: Packed, guess: Guess = { bytes: 0 }): Rows {
  const heads = once(() => readHeads(packed.heads));
  /** Of what is unpacked: lines, and fields. */
  let [linesSize, fieldsSize] = [0, 0];
  const lines = once(() => {
    const bytes = unpackLines(packed.texts, heads.made?.ends.at(-1), guess);
    linesSize = bytes.length;
    guess.bytes = bytes.length;
    return linesOf(bytes, () => heads.value.ends);
  });
  const columns = once((): Columns => {
    const bytes = zstdDecompressSync(packed.rest);
    // Of a column that is asked for, the values come to about as much as their JSON.
    fieldsSize = 2 * bytes.length;
    return readColumns(bytes, heads.value.count);
  });
  const raw = (at: number): string => lines.value.line(at);
  return {
    get count() {
      return heads.value.count;
    },
    get stamps() {
      return heads.value.stamps;
    },
    id: (at) => heads.value.id(at),
    time: (at) => heads.value.time(at),
    nanos: (at) => heads.value.nanos(at),
    level: (at) => heads.value.level(at),
    status: (at) => heads.value.status(at),
    raw,
    message: (at) => columns.value.message(at) ?? raw(at),
    error: (at) => columns.value.error(at),
    field: (at, name) => columns.value.field(at, name),
    fields: (at) => columns.value.fields(at),
    each: (places, see) => columns.value.each(places, see),
    names: () => columns.value.names,
    get lines() {
      return lines.value;
    },
    get size() {
      return (heads.made?.size ?? 0) + linesSize + fieldsSize;
    },
    get unpacked() {
      return linesSize + fieldsSize;
    },
    forgetFields() {
      columns.forget();
      fieldsSize = 0;
    },
    forget() {
      lines.forget();
      columns.forget();
      linesSize = fieldsSize = 0;
    },
  };
}

/**
 * In one piece where that can be: pieces would be put together by copying.
 * @param length where it is known
 */
function unpackLines(packed: Uint8Array, length: number | undefined, { bytes }: Guess): Buffer {
  const chunkSize = length === undefined ? Math.max(CHUNK, Math.ceil(SPARE * bytes)) : length + 1;
  const unpacked = zstdDecompressSync(packed, { chunkSize: Math.max(LEAST_CHUNK, chunkSize) });
  // It may stay in memory, and the room behind it with it.
  const isWide = SPARE * unpacked.length + LEAST_CHUNK < unpacked.buffer.byteLength;
  return isWide ? Buffer.from(new Uint8Array(unpacked).buffer) : unpacked;
}

/** What is made when it is asked for, and again when it was forgotten. */
function once<Value>(make: () => Value) {
  let made: { readonly value: Value } | undefined;
  return {
    get value(): Value {
      made ??= { value: make() };
      return made.value;
    },
    get made(): Value | undefined {
      return made?.value;
    },
    forget(): void {
      made = undefined;
    },
  };
}
