import type { FileFigures, FlowFigures, SinkFigures, Snapshot, SourceFigures } from "../../src/model.ts";

const flow: FlowFigures = {
  lines: 0,
  bytes: 0,
  unparsed: 0,
  errors: 0,
  linesPerSecond: 0,
  bytesPerSecond: 0,
};

/** A snapshot of an idle engine, with some figures replaced. */
export function snapshotOf(figures: Partial<Snapshot> = {}): Snapshot {
  return {
    at: 1,
    startedAt: 1,
    totals: { ...flow, sinkErrors: 0 },
    tps: 0,
    sources: [],
    sinks: [],
    channels: [],
    spool: { blocks: 0, bytes: 0, capacity: 1, dropped: 0, damaged: 0 },
    problems: [],
    ...figures,
  };
}

export function sourceFigures(figures: Partial<SourceFigures> = {}): SourceFigures {
  return { id: "access", type: "file", state: "watching", parser: "nginx", files: [], ...flow, ...figures };
}

export function fileFigures(figures: Partial<FileFigures> = {}): FileFigures {
  return { path: "/log/access.log", state: "watching", offset: 0, size: 0, ...flow, ...figures };
}

export function sinkFigures(figures: Partial<SinkFigures> = {}): SinkFigures {
  return {
    id: "store",
    type: "store",
    state: "running",
    target: "/data/store",
    delivered: 0,
    dead: 0,
    replayed: 0,
    deadWaiting: 0,
    dropped: 0,
    retries: 0,
    breaker: { state: "closed", since: 0, failures: 0 },
    inFlight: 0,
    lagRecords: 0,
    lagBytes: 0,
    lagMs: 0,
    ...figures,
  };
}
