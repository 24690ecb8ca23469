/** What brokers answer for a partition in which the group has none. */
export const NO_POSITION = "-1";

/** What one instance knows of a partition. */
export interface Own {
  /** The message that comes next. */
  readonly next: number;
  readonly key: string;
}

/** What the group has as its position in a partition. */
export interface Committed {
  readonly offset: number;
  /** The key that records of the partition have; undefined: someone else set the position. */
  readonly key: string | undefined;
  /** The partitions that the topic had when the group began to read it; undefined: the position does not tell. */
  readonly count?: number | undefined;
}

export interface Known {
  readonly own: Own | undefined;
  readonly committed: Committed | undefined;
  /** The first message that the broker holds, and the one that will come next. */
  readonly low: number;
  readonly high: number;
  /** Where to begin what nobody has read. */
  readonly otherwise: number;
}

export interface Start {
  readonly next: number;
  /** Undefined: the partition is a new one. */
  readonly key: string | undefined;
  /** Messages that the broker deleted before they were read. */
  readonly lost: number;
  /** The partition ends before this position: it holds other messages than it did. */
  readonly anew: number | undefined;
}

/**
 * Where to read a partition on: at what this instance has in its spool, or at what another one of the group has, which
 * ever is further. A position that someone set by hand is taken as it is, also when it lies before.
 */
export function startOf({ own, committed, low, high, otherwise }: Known): Start {
  const { next, key } = positionOf(own, committed) ?? { next: otherwise, key: undefined };
  if (next > high) return { next: low, key: undefined, lost: 0, anew: next };
  return { next: Math.max(next, low), key, lost: Math.max(0, low - next), anew: undefined };
}

function positionOf(
  own: Own | undefined,
  committed: Committed | undefined,
): { readonly next: number; readonly key: string | undefined } | undefined {
  if (!committed) return own;
  const { offset, key } = committed;
  if (key === undefined) return { next: offset, key: own?.key };
  return { next: own?.key === key ? Math.max(own.next, offset) : offset, key };
}

/**
 * Whether the group has a start as it is. Where it has another place, also one that lies before as this instance was
 * killed, who gets the partition next would read once more what is here.
 */
export function isKnown({ next, key }: Own, committed: Committed | undefined): boolean {
  return committed?.key === key && committed.offset === next && committed.count !== undefined;
}

/**
 * What is written beside a committed position: by the key each instance gives a message the same id, by the count it
 * tells a partition that was added since from one that another instance is only about to begin.
 */
const TAG = /^log-monitor ([0-9a-f]{16})(?:\/(\d{1,9}))?$/;

export function tagOf(key: string, count: number): string {
  return `log-monitor ${key}/${count}`;
}

/** @param offset as the broker tells it: below 0 when there is none */
export function committedOf(offset: string, metadata: string | null): Committed | undefined {
  const number = Number(offset);
  if (number < 0) return undefined;
  const [, key, count] = TAG.exec(metadata ?? "") ?? [];
  return { offset: number, key, count: count === undefined ? undefined : Number(count) };
}

/** The marker of a checkpoint: the message that comes next, and the partition's end as it was known then. */
export function markerOf(next: number, high: number): string {
  return `${next}/${high}`;
}

export function readMarker(marker: string): { readonly next: number; readonly high: number } | undefined {
  const match = /^(\d+)\/(\d+)$/.exec(marker);
  return match ? { next: Number(match[1]), high: Number(match[2]) } : undefined;
}
