import { z } from "zod";
import { HEALTHS, type Health, type SinkFigures } from "../model.ts";

/** Of a sink: records not yet delivered, and counters that only grow since the engine began. */
interface SinkGauges {
  readonly lag: number;
  /** Age (s) of the oldest record that waits, and how the sink fares, as a place in HEALTHS. */
  readonly late?: number | undefined;
  readonly health?: number | undefined;
  readonly delivered: number;
  /** Records that were refused for good, records it will never get, and writes that were tried again. */
  readonly dead?: number;
  readonly dropped?: number;
  readonly retries?: number;
}

/** What the engine says of itself once a second. */
export interface Gauges {
  /** Depth of each channel between stages, in records. */
  readonly channels: Readonly<Record<string, number>>;
  readonly spoolBytes: number;
  readonly sinks: Readonly<Record<string, SinkGauges>>;
}

const count = z.number().default(0);
/** Counters of a sink. */
const COUNTERS = ["delivered", "dead", "dropped", "retries"] as const;

/** A step of one of the levels: depths and lags at its end; deliveries, losses, retries and the worst health within it. */
const gaugeRow = z.object({
  channels: z.record(z.string(), z.number()),
  spool: z.number(),
  sinks: z.record(
    z.string(),
    z.object({
      lag: z.number(),
      late: z.optional(z.number()),
      health: z.optional(z.number()),
      delivered: count,
      dead: count,
      dropped: count,
      retries: count,
    }),
  ),
});
export type GaugeRow = z.output<typeof gaugeRow>;

export const readGauges = (json: unknown): GaugeRow => gaugeRow.parse(JSON.parse(String(json)));

/** The later of two rows of a step, with what was counted in both. */
export function mergeGauges(earlier: GaugeRow | undefined, later: GaugeRow): GaugeRow {
  if (!earlier) return later;
  const sinks = new Map(Object.entries(later.sinks));
  for (const [id, before] of Object.entries(earlier.sinks)) {
    const now = sinks.get(id);
    const sum = now && { ...now, health: worst(before.health, now.health) };
    sinks.set(id, sum ? { ...sum, ...counters((name) => sum[name] + before[name]) } : before);
  }
  return { ...later, sinks: Object.fromEntries(sinks) };
}

/** A row in which nothing happened: depths and lags as they are. */
export function quiet(row: GaugeRow): GaugeRow {
  const sinks = Object.entries(row.sinks).map(([id, sink]) => [id, { ...sink, ...counters(() => 0) }]);
  return { ...row, sinks: Object.fromEntries(sinks) };
}

function counters(of: (name: (typeof COUNTERS)[number]) => number) {
  return { delivered: of("delivered"), dead: of("dead"), dropped: of("dropped"), retries: of("retries") };
}

/** Turns counters that only grow within a run into what was counted since the last call. */
export function createDeliveries() {
  let before = new Map<string, SinkGauges>();
  return (gauges: Gauges): GaugeRow => {
    const sinks = Object.entries(gauges.sinks).map(([id, sink]) => {
      const since = (name: (typeof COUNTERS)[number]): number => {
        const [now, last] = [sink[name] ?? 0, before.get(id)?.[name] ?? 0];
        return now >= last ? now - last : now;
      };
      const { lag, late, health } = sink;
      return [id, { lag, late, health, ...counters(since) }] as const;
    });
    before = new Map(Object.entries(gauges.sinks));
    return { channels: { ...gauges.channels }, spool: gauges.spoolBytes, sinks: Object.fromEntries(sinks) };
  };
}

/** The worse of two, where one is known. */
export function worst(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

/** How a sink fares, as a place in HEALTHS. */
export function healthOf({ state, breaker }: Pick<SinkFigures, "state" | "breaker">): number {
  const health: Record<SinkFigures["state"], Health> = {
    starting: "ok",
    running: "ok",
    consent: "paused",
    paused: "paused",
    stopped: "paused",
    retrying: breaker.state === "closed" ? "retrying" : "open",
    failed: "failed",
  };
  return HEALTHS.indexOf(health[state]);
}
