/** Columns of figures over time, one element a step; `null` where nothing was recorded. */
export interface Series {
  /** Start of each step, seconds since the epoch, rising. */
  readonly times: readonly number[];
  /** Step width in seconds. */
  readonly step: number;
  readonly sources: Readonly<Record<string, SourceSeries>>;
  /** Depth of each channel, of the spool (bytes), and lag of each sink (records), at the end of each step. */
  readonly channels: Readonly<Record<string, readonly (number | null)[]>>;
  readonly spool: readonly (number | null)[];
  readonly sinks: Readonly<Record<string, SinkSeries>>;
  /** When it was asked for. */
  readonly heat?: Heat;
}

/** Counts but for `lag`, `late` and `health` are per step: records delivered, refused for good, never to come, and writes tried again. */
export interface SinkSeries {
  readonly lag: readonly (number | null)[];
  /** Seconds since the oldest record that waits was read, at the end of each step. */
  readonly late: readonly (number | null)[];
  /** The worst of each step, as a place in HEALTHS. */
  readonly health: readonly (number | null)[];
  readonly delivered: readonly (number | null)[];
  readonly dead: readonly (number | null)[];
  readonly dropped: readonly (number | null)[];
  readonly retries: readonly (number | null)[];
}

/** How the values of one duration field of one source spread, step by step. */
export interface Heat {
  readonly source: string;
  readonly field: string;
  /** From the lowest up; those without any value are left out. */
  readonly bands: readonly HeatBand[];
}

/** How many values of each step lie in (`low`, `high`], in the unit of the field; those of 0 where both are 0. */
export interface HeatBand {
  /** Tells bands apart: one more is the next higher one. The one of 0 is below all others. */
  readonly band: number;
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** Counts are per step (not per second); latencies in the unit of the field, over all of the step's records. */
export interface SourceSeries {
  readonly lines: readonly (number | null)[];
  /** The earliest and latest time that the step's records themselves tell, in ms since the epoch. */
  readonly first: readonly (number | null)[];
  readonly last: readonly (number | null)[];
  readonly bytes: readonly (number | null)[];
  readonly unparsed: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
  /** By level name, and by status class: "2xx" … "5xx". */
  readonly levels: Readonly<Record<string, readonly number[]>>;
  readonly statuses: Readonly<Record<string, readonly number[]>>;
  /** By duration field (e.g. request_time), how many values there are in the whole range. */
  readonly fields: Readonly<Record<string, number>>;
  /** Of these percentiles per step, and over the whole range. */
  readonly durations: Readonly<
    Record<
      string,
      {
        readonly p50: readonly (number | null)[];
        readonly p90: readonly (number | null)[];
        readonly p95: readonly (number | null)[];
        readonly p99: readonly (number | null)[];
        readonly max: readonly (number | null)[];
        readonly overall: {
          readonly count: number;
          readonly p50: number;
          readonly p90: number;
          readonly p95: number;
          readonly p99: number;
          readonly max: number;
        };
      }
    >
  >;
}

export interface SeriesRequest {
  /** Seconds since the epoch; to is exclusive. */
  readonly from: number;
  readonly to: number;
  /** The most steps wanted: the step is widened (1 s, 10 s, 1 min, …) to stay below. */
  readonly points: number;
  /** The duration field whose heat map is wanted. */
  readonly heat?: { readonly source: string; readonly field: string };
  /** Percentiles of that field alone: nobody looks at those of all fields of all sources, which are most of the work. */
  readonly brief?: boolean;
}
