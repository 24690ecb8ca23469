import { createReader } from "./varint.ts";

/** What matches is counted by these, of all rows of a run. */
export interface Stamps {
  /** In ms since the epoch, less `base`. */
  readonly times: Int32Array | Float64Array;
  readonly base: number;
  /** Absent where all are 0. */
  readonly nanos: Uint32Array | undefined;
  /** Places in LEVELS; below 0: none. */
  readonly levels: Int8Array;
  /** NaN or below 0: none. */
  readonly statuses: Int16Array | Float64Array;
}

/** What most searches are decided by, of all rows of a block. */
export interface Heads {
  readonly count: number;
  readonly stamps: Stamps;
  id(at: number): number;
  time(at: number): number;
  nanos(at: number): number;
  /** Place in LEVELS. */
  level(at: number): number | undefined;
  status(at: number): number | undefined;
  /** Where each line ends among the lines of the block, in bytes. */
  readonly ends: Uint32Array;
  /** Bytes of memory. */
  readonly size: number;
}

/** Statuses are below this where they take little room. */
const SMALL = 2 ** 15;

/**
 * Reads what `blocksOf` wrote of each row: a billion of them in memory are 15 GB, or 33 where times, offsets or
 * statuses are far apart. Throws a RangeError on data that stops short.
 */
export function readHeads(bytes: Uint8Array): Heads {
  return decode(bytes, false) ?? (decode(bytes, true) as Heads);
}

/** Undefined where something has no room in the narrow arrays. */
function decode(bytes: Uint8Array, wide: boolean): Heads | undefined {
  const reader = createReader(bytes);
  const count = reader.whole();
  const [firstId, firstTime] = [reader.double(), reader.double()];
  const offsets = wide ? new Float64Array(count) : new Uint32Array(count);
  const times = wide ? new Float64Array(count) : new Int32Array(count);
  const statuses = wide ? new Float64Array(count) : new Int16Array(count);
  const levels = new Int8Array(count);
  const ends = new Uint32Array(count);
  let nanos: Uint32Array | undefined;
  const from = { at: reader.at };
  let [offset, time, end] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    offset += whole(bytes, from);
    const step = whole(bytes, from);
    time += step % 2 === 0 ? step / 2 : -(step + 1) / 2;
    const nano = whole(bytes, from);
    levels[at] = whole(bytes, from) - 1;
    const code = whole(bytes, from);
    let status = code === 0 ? -1 : code - 2;
    if (wide && code < 2) status = code === 0 ? Number.NaN : doubleAt(bytes, from);
    end += whole(bytes, from);
    if (!wide && (code === 1 || status >= SMALL || offset >= 2 ** 32 || time !== (time | 0)))
      return undefined;
    offsets[at] = offset;
    times[at] = time;
    statuses[at] = status;
    ends[at] = end;
    if (nano === 0) continue;
    nanos ??= new Uint32Array(count);
    nanos[at] = nano;
  }
  const none = wide ? Number.isNaN : (status: number) => status < 0;
  return {
    count,
    stamps: { times, base: firstTime, nanos, levels, statuses },
    id: (at) => firstId + (offsets[at] as number),
    time: (at) => firstTime + (times[at] as number),
    nanos: (at) => nanos?.[at] ?? 0,
    level: (at) => ((levels[at] as number) < 0 ? undefined : levels[at]),
    status: (at) => (none(statuses[at] as number) ? undefined : statuses[at]),
    ends,
    size: count * ((wide ? 29 : 15) + (nanos ? 4 : 0)),
  };
}

function doubleAt(bytes: Uint8Array, from: { at: number }): number {
  from.at += 8;
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(from.at - 8, true);
}

/** See createWriter; one byte is what most take. */
function whole(bytes: Uint8Array, from: { at: number }): number {
  const byte = bytes[from.at++] as number;
  return byte < 0x80 ? byte : longer(bytes, from, byte);
}

function longer(bytes: Uint8Array, from: { at: number }, first: number): number {
  let value = first & 0x7f;
  for (let scale = 0x80; ; scale *= 0x80) {
    const byte = bytes[from.at++];
    if (byte === undefined) throw new RangeError("the data stops short");
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}
