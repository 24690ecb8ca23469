import { readdirSync } from "node:fs";
import { metricsOf } from "../bench/monitor.ts";
import { residentMebibytesOf } from "../bench/proc.ts";

/** One look at the collector. */
export interface Sample {
  /** Seconds since the start. */
  readonly at: number;
  readonly written: number;
  readonly delivered: number;
  /** Records that the sink furthest behind lacks. */
  readonly lag: number;
  readonly memory: number;
  /** Open files, sockets and watchers; undefined where the system does not tell. */
  readonly handles: number | undefined;
  readonly spool: number;
}

export async function look(
  pid: number,
  port: number,
  known: Pick<Sample, "at" | "written" | "delivered">,
): Promise<Sample> {
  const metric = await metricsOf(port);
  return {
    ...known,
    lag: Math.max(0, ...metric("sink_lag_records").values()),
    memory: residentMebibytesOf(pid),
    handles: process.platform === "linux" ? readdirSync(`/proc/${pid}/fd`).length : undefined,
    spool: (metric("spool_bytes").get("") ?? 0) / 1e6,
  };
}

/** How much a figure rises from the mark of 20 % to the end, by the straight line through all of it. */
export function riseOf<T extends { readonly at: number }>(
  samples: readonly T[],
  figure: (sample: T) => number | undefined,
): number {
  const end = samples.at(-1)?.at ?? 0;
  const points = samples
    .filter(({ at }) => at >= end / 5)
    .map((sample) => [sample.at, figure(sample) ?? 0] as const);
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance === 0 ? 0 : (covariance / variance) * (end - end / 5);
}
