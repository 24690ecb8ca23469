import { counted } from "../lib/counted.ts";
import {
  type ChannelFigures,
  type EtcdFigures,
  type LogRecord,
  remainderOf,
  type Snapshot,
  type SourceFigures,
} from "../model.ts";
import type { Spool } from "../spool/spool.ts";
import { healthOf } from "../store/gauges.ts";
import type { History } from "../store/history.ts";
import type { AsideFiles } from "./aside.ts";
import type { Delivery } from "./delivery.ts";
import { etcdProblem } from "./etcd-problem.ts";
import { QUEUE_BYTES } from "./intake.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Quarantine } from "./quarantine.ts";
import { PENDING_BYTES, type Room } from "./room.ts";
import { type Counts, createFlow } from "./stats.ts";

const TICK = 1_000;
/** A change of state is shown this soon (ms), but figures at most so often. */
const SOON = 250;
/** `tps` is taken between ticks this many seconds apart, as the first log_process did; before the first, of what was so far. */
const TPS_SECONDS = 5;

interface Parts {
  readonly spool: Spool;
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly history: History;
  readonly room: Room;
  readonly aside: Pick<AsideFiles, "problems">;
  readonly quarantine: Pick<Quarantine, "problems">;
  capacity(): number;
  /** What the embedded store holds, when it is on. */
  store(): { readonly records: number; readonly bytes: number } | undefined;
  etcd(): EtcdFigures | undefined;
  monitor(): { readonly address?: string; readonly error?: string };
  publish(snapshot: Snapshot): void;
}

/** Counts what flows, once a second works out the rates, and makes snapshots. */
export interface Figures {
  read(source: string, records: readonly LogRecord[], counts: Counts, observed: number): void;
  /** Something is worth a snapshot soon. */
  changed(): void;
  snapshot(): Snapshot;
  close(): void;
}

export function createFigures(parts: Parts): Figures {
  const began = performance.now();
  let startedAt = Date.now();
  const total = createFlow();
  let tps = 0;
  let tpsLines = 0;
  let ticks = 0;
  let dirty = true;
  let soon: NodeJS.Timeout | undefined;
  let lastTick = performance.now();

  const channels = (): ChannelFigures[] => {
    const waiting = [...parts.deliveries.values()].map((delivery) => delivery.figures());
    return [
      {
        name: "read",
        records: parts.spool.pendingLines,
        bytes: parts.spool.pendingBytes,
        capacity: PENDING_BYTES,
      },
      {
        name: "write",
        records: Math.max(0, ...waiting.map((sink) => sink.lagRecords)),
        bytes: Math.max(0, ...waiting.map((sink) => sink.lagBytes)),
        capacity: QUEUE_BYTES,
      },
    ];
  };

  const snapshot = (): Snapshot => {
    const sinks = [...parts.deliveries.values()].map((delivery) => delivery.figures());
    const { blocks, bytes, damaged, problem } = parts.spool.figures();
    const flow = total.figures();
    const store = parts.store();
    const aside =
      damaged > 0
        ? `${counted(damaged, "line")} set aside, which can't be read back from the spool: see the log`
        : undefined;
    const etcd = parts.etcd();
    const ofSinks = [...parts.deliveries.values()].flatMap((delivery) => delivery.problems);
    const faults = [
      problem,
      aside,
      ...parts.aside.problems,
      ...ofSinks,
      parts.history.problem,
      etcd && etcdProblem(etcd),
    ].filter((one) => one !== undefined);
    const sources = [...parts.pipelines.values()].map((pipeline) => pipeline.figures());
    const problems = [...faults, ...sources.flatMap(unaccounted), ...parts.quarantine.problems];
    const at = Date.now();
    // The clock was set: what runs is as old as before.
    const since = Math.round(at - (performance.now() - began));
    if (Math.abs(since - startedAt) > 1_000) startedAt = since;
    return {
      at,
      startedAt,
      totals: { ...flow, sinkErrors: sinks.reduce((sum, sink) => sum + sink.retries + sink.dead, 0) },
      tps,
      sources,
      sinks,
      channels: channels(),
      spool: { blocks, bytes, capacity: parts.capacity(), dropped: parts.room.dropped, damaged },
      ...(store !== undefined && { store }),
      monitor: parts.monitor(),
      ...(etcd && { etcd }),
      problems,
    };
  };

  const publish = (): void => {
    clearTimeout(soon);
    soon = undefined;
    dirty = false;
    parts.publish(snapshot());
  };

  const ticker = setInterval(() => {
    const now = performance.now();
    const seconds = (now - lastTick) / 1000;
    lastTick = now;
    const before = total.figures();
    total.tick(seconds);
    for (const pipeline of parts.pipelines.values()) pipeline.tick(seconds);
    if (++ticks % TPS_SECONDS === 0) {
      tps = (before.lines - tpsLines) / TPS_SECONDS;
      tpsLines = before.lines;
    } else if (ticks < TPS_SECONDS) tps = before.lines / ticks;
    const sinks = Object.fromEntries(
      [...parts.deliveries].map(([id, delivery]) => {
        const sink = delivery.figures();
        const { lagRecords, lagMs, delivered, dead, dropped, retries } = sink;
        const [late, health] = [lagMs / 1000, healthOf(sink)];
        return [id, { lag: lagRecords, late, health, delivered, dead, dropped, retries }];
      }),
    );
    const depths: Record<string, number> = {};
    for (const { name, records } of channels()) depths[name] = records;
    parts.history.tick({ channels: depths, spoolBytes: parts.spool.figures().bytes, sinks }, Date.now());
    // One more after the last change, so that rates are seen to fall to zero.
    if (dirty || before.linesPerSecond > 0) publish();
  }, TICK);

  return {
    read(_source, records, counts, observed) {
      total.add(counts);
      parts.history.add(records, observed);
      dirty = true;
    },
    changed() {
      dirty = true;
      soon ??= setTimeout(publish, SOON);
    },
    snapshot,
    close() {
      clearInterval(ticker);
      clearTimeout(soon);
    },
  };
}

/** What must never be, said loudly when it is: bytes or records of which nobody knows what became of them. */
function unaccounted({ id, account }: SourceFigures): string[] {
  if (!account) return [];
  const kind = (amount: number): string => (amount < 0 ? "counted twice" : "unaccounted for");
  const report = "please report this, with what inspect --json prints";
  const { missing, sinks } = account;
  const read =
    missing === 0
      ? []
      : [
          `the account of source ${id} does not close: ${missing} bytes of its files are ${kind(missing)}; ${report}`,
        ];
  const sent = sinks.flatMap((sink) => {
    const { records, bytes } = remainderOf(sink);
    if (records === 0 && bytes === 0) return [];
    return `the account of source ${id} at sink ${sink.sink} does not close: ${records} records (${bytes} bytes) are ${kind(records)}; ${report}`;
  });
  return [...read, ...sent];
}
