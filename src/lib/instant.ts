/** Where a store stands: it has all of the segments before one, and of that each file up to the id of a record. */
export interface Mark {
  /** 0: it has none yet. */
  readonly segment: number;
  readonly files: [serial: number, last: number][];
}

/** A moment (ms since the epoch), and where the store stood then, if that is known. */
export interface Instant {
  readonly at: number;
  readonly mark?: Mark | undefined;
}

/** What came after one instant, and was there at another. */
export interface Came {
  readonly after?: Instant | undefined;
  readonly upTo?: Instant | undefined;
}

interface Times {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** The same by the times that records tell, where nothing else is known of when they came. */
export function byTime<Bounds extends Times & Came>(bounds: Bounds): Omit<Bounds, keyof Came> {
  const { after, upTo, ...rest } = bounds;
  const since = Math.max(bounds.since ?? Number.NEGATIVE_INFINITY, after?.at ?? Number.NEGATIVE_INFINITY);
  const until = Math.min(
    bounds.until ?? Number.POSITIVE_INFINITY,
    (upTo?.at ?? Number.POSITIVE_INFINITY) + 1,
  );
  return {
    ...rest,
    ...(Number.isFinite(since) && { since }),
    ...(Number.isFinite(until) && { until }),
  };
}
