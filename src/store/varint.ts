/** Whole numbers from 0 to 2^53 − 1 in as few bytes as they need (LEB128), one after the other. */
export function createWriter() {
  let bytes = new Uint8Array(256);
  let length = 0;
  const room = (more: number) => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + more));
    larger.set(bytes);
    bytes = larger;
  };
  const self = {
    whole(value: number): void {
      room(8);
      let rest = value;
      while (rest >= 0x80) {
        bytes[length++] = (rest % 0x80) | 0x80;
        rest = Math.floor(rest / 0x80);
      }
      bytes[length++] = rest;
    },
    double(value: number): void {
      room(8);
      new DataView(bytes.buffer).setFloat64(length, value, true);
      length += 8;
    },
    text(value: string): void {
      const encoded = new TextEncoder().encode(value);
      self.whole(encoded.length);
      room(encoded.length);
      bytes.set(encoded, length);
      length += encoded.length;
    },
    done: (): Uint8Array => bytes.subarray(0, length),
  };
  return self;
}
export type Writer = ReturnType<typeof createWriter>;

const decoder = new TextDecoder();

/** Reads what `createWriter` wrote, in the same order. A class, as there is one for each of many thousand rows. */
export class Reader {
  /** Place of the next byte. */
  at = 0;
  readonly #bytes: Uint8Array;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  whole(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new RangeError("the data stops short");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** Passes over so many whole numbers. */
  skip(count: number): void {
    for (let left = count; left > 0; this.at++) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) throw new RangeError("the data stops short");
      if (byte < 0x80) left--;
    }
  }

  double(): number {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    this.at += 8;
    return this.#view.getFloat64(this.at - 8, true);
  }

  text(): string {
    const length = this.whole();
    this.at += length;
    return decoder.decode(this.#bytes.subarray(this.at - length, this.at));
  }
}

export const createReader = (bytes: Uint8Array): Reader => new Reader(bytes);
