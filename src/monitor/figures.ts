import type { Snapshot } from "../model.ts";
import { formatGoDuration } from "./duration.ts";

/** The keys of the Go log_process monitor, in its order. */
export interface MonitorFigures {
  /** Lines handled since the start. */
  readonly HandleLine: number;
  /** Lines a second between the last two 5-second ticks. */
  readonly tps: number;
  /** Records waiting between reader and spool. */
  readonly ReadChanLen: number;
  /** Records waiting for the sink that lags most. */
  readonly WriteChanLen: number;
  /** A Go duration. */
  readonly RunTime: string;
  /** Lines that did not parse, as the Go program counts; failed writes, which ended it, are in `/metrics`. */
  readonly ErrNum: number;
}

export function monitorFigures(snapshot: Snapshot, now: number = Date.now()): MonitorFigures {
  const waiting = (name: string): number =>
    snapshot.channels.find((channel) => channel.name === name)?.records ?? 0;
  return {
    HandleLine: snapshot.totals.lines,
    tps: snapshot.tps,
    ReadChanLen: waiting("read"),
    WriteChanLen: waiting("write"),
    RunTime: formatGoDuration(snapshot.startedAt === 0 ? 0 : Math.max(0, now - snapshot.startedAt)),
    ErrNum: snapshot.totals.unparsed,
  };
}
