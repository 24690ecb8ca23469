import type {
  FileAccount,
  FileFigures,
  FlowFigures,
  SinkAccount,
  SinkFigures,
  Snapshot,
  SourceFigures,
} from "../../src/model.ts";
import { createFigures } from "../../src/vscode/figures.ts";
import type { L10n } from "../../src/vscode/l10n.ts";

/** English as it is written, with the arguments put in: what `vscode.l10n` does without a bundle. */
export const english: L10n = {
  ...createFigures("en"),
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_all, index) => String(args[Number(index)])),
};

export const flow: FlowFigures = {
  lines: 0,
  bytes: 0,
  unparsed: 0,
  errors: 0,
  linesPerSecond: 0,
  bytesPerSecond: 0,
};

const amount = (records: number) => ({ records, bytes: 10 * records });

/** What became of records of ten bytes at a sink. */
export function sinkAccount(
  id: string,
  [routed, delivered, waiting, dropped, dead]: readonly [number, number, number, number, number],
): SinkAccount {
  return {
    sink: id,
    routed: amount(routed),
    delivered: amount(delivered),
    waiting: amount(waiting),
    dropped: amount(dropped),
    dead: amount(dead),
  };
}

export function fileAccount(lines: number, ...sinks: readonly SinkAccount[]): FileAccount {
  const bytes = 10 * lines;
  return { lines, unparsed: 1, bytes, skipped: 4, missing: 0, began: 100, offset: 104 + bytes, sinks };
}

export function file(path: string, figures: Partial<FileFigures> = {}): FileFigures {
  return { ...flow, path, state: "watching", offset: 0, size: 0, ...figures };
}

export function source(id: string, figures: Partial<SourceFigures> = {}): SourceFigures {
  return { ...flow, id, type: "file", state: "watching", parser: "nginx", files: [], ...figures };
}

export function sink(id: string, figures: Partial<SinkFigures> = {}): SinkFigures {
  return {
    id,
    type: "file",
    state: "running",
    target: `out/${id}`,
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

export function snapshot(figures: Partial<Snapshot> = {}): Snapshot {
  return {
    at: 0,
    startedAt: 0,
    totals: { ...flow, sinkErrors: 0 },
    tps: 0,
    sources: [],
    sinks: [],
    channels: [],
    spool: { blocks: 0, bytes: 0, capacity: 0, dropped: 0, damaged: 0 },
    problems: [],
    ...figures,
  };
}
