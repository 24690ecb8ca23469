/** Figures of one block that the spool holds. */
export interface Held {
  readonly seq: number;
  /** Row of the file generation it was read from. */
  readonly generation: number;
  /** Row of the configuration it was read with. */
  readonly config: number;
  /** Bytes as they are on disk. */
  readonly packed: number;
  /** Bytes as they were read. */
  readonly bytes: number;
  readonly lines: number;
  /** When it was read, ms since the epoch. */
  readonly observed: number;
}

/** What the spool holds, without a query: a row of sums a block, in the order of their numbers. */
export interface Ledger {
  /** Numbers must rise; gaps are allowed. */
  add(block: Held): void;
  /** Forgets all blocks up to `seq`. */
  forget(seq: number): void;
  /** The oldest block held. */
  readonly oldest: Held | undefined;
  readonly newest: Held | undefined;
  readonly blocks: number;
  /** Packed bytes of all blocks. */
  readonly bytes: number;
  /** The blocks after `from`, up to `to`. */
  between(from: number, to: number): readonly Held[];
  /** Raw bytes and records in blocks after `seq`, and when the oldest of them was read. */
  behind(seq: number): {
    readonly records: number;
    readonly bytes: number;
    readonly oldest: number | undefined;
  };
}

/** So many forgotten rows are kept at most before the others are moved to the front. */
const SLACK = 1024;

/** Every call costs the same however many blocks there are, `behind` the logarithm of their number. */
export function createLedger(): Ledger {
  /** Each with the sums of all before it and its own. */
  let rows: (Held & { readonly linesTo: number; readonly bytesTo: number })[] = [];
  let first = 0;
  let packed = 0;
  let linesTo = 0;
  let bytesTo = 0;

  /** Where the first block after `seq` is among the rows. */
  const after = (seq: number): number => {
    let low = first;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  return {
    add(block) {
      linesTo += block.lines;
      bytesTo += block.bytes;
      packed += block.packed;
      rows.push({ ...block, linesTo, bytesTo });
    },
    forget(seq) {
      for (let row = rows[first]; row && row.seq <= seq; row = rows[++first]) packed -= row.packed;
      if (first < SLACK || first < rows.length >> 1) return;
      rows = rows.slice(first);
      first = 0;
    },
    get oldest() {
      return rows[first];
    },
    get newest() {
      return first < rows.length ? rows.at(-1) : undefined;
    },
    get blocks() {
      return rows.length - first;
    },
    get bytes() {
      return packed;
    },
    between: (from, to) => rows.slice(after(from), after(to)),
    behind(seq) {
      const row = rows[after(seq)];
      return {
        records: row ? linesTo - row.linesTo + row.lines : 0,
        bytes: row ? bytesTo - row.bytesTo + row.bytes : 0,
        oldest: row?.observed,
      };
    },
  };
}
