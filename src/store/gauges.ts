import { z } from "zod";

/** What the engine says of itself once a second. */
export interface Gauges {
  /** Depth of each channel between stages, in records. */
  readonly channels: Readonly<Record<string, number>>;
  readonly spoolBytes: number;
  /** By sink: records not yet delivered, and delivered since the engine began. */
  readonly sinks: Readonly<Record<string, { readonly lag: number; readonly delivered: number }>>;
}

/** A step of one of the levels: depths and lags at its end, deliveries within it. */
const gaugeRow = z.object({
  channels: z.record(z.string(), z.number()),
  spool: z.number(),
  sinks: z.record(z.string(), z.object({ lag: z.number(), delivered: z.number() })),
});
export type GaugeRow = z.output<typeof gaugeRow>;

export const readGauges = (json: unknown): GaugeRow => gaugeRow.parse(JSON.parse(String(json)));

/** The later of two rows of a step, with the deliveries of both. */
export function mergeGauges(earlier: GaugeRow | undefined, later: GaugeRow): GaugeRow {
  if (!earlier) return later;
  const sinks = new Map(Object.entries(later.sinks));
  for (const [id, { lag, delivered }] of Object.entries(earlier.sinks)) {
    const now = sinks.get(id);
    sinks.set(id, now ? { lag: now.lag, delivered: now.delivered + delivered } : { lag, delivered });
  }
  return { ...later, sinks: Object.fromEntries(sinks) };
}

/** Turns counters that only grow within a run into what was delivered since the last call. */
export function createDeliveries() {
  let before = new Map<string, { readonly delivered: number }>();
  return (gauges: Gauges): GaugeRow => {
    const sinks = Object.entries(gauges.sinks).map(([id, { lag, delivered }]) => {
      const last = before.get(id)?.delivered ?? 0;
      return [id, { lag, delivered: delivered >= last ? delivered - last : delivered }] as const;
    });
    before = new Map(Object.entries(gauges.sinks));
    return { channels: { ...gauges.channels }, spool: gauges.spoolBytes, sinks: Object.fromEntries(sinks) };
  };
}
