import { toUSVString } from "node:util";
import type { BreakerFigures, FlowFigures, Snapshot } from "../model.ts";
import { accountMetrics, type Labels, type Sample } from "./account-metrics.ts";

/** Files that get series of their own; those after these are summed up under the file name "(other)". */
export const FILE_LIMIT = 200;

/**
 * The figures in Prometheus' text format 0.0.4.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function prometheusText(snapshot: Snapshot, now: number = Date.now()): string {
  const { totals, sources, sinks, channels, spool, store } = snapshot;
  const files = boundedFiles(snapshot);
  let text = "";
  const metric = (
    type: "counter" | "gauge",
    name: string,
    help: string,
    samples: readonly Sample[],
  ): void => {
    if (samples.length > 0) text += metricText(type, `log_monitor_${name}`, help, samples);
  };
  const flows = (
    prefix: string,
    of: string,
    parts: readonly { readonly labels: Labels; readonly flow: Counters }[],
  ): void => {
    const column = (key: keyof Counters): Sample[] => parts.map(({ labels, flow }) => [labels, flow[key]]);
    metric("counter", `${prefix}lines_total`, `Lines read ${of}.`, column("lines"));
    metric("counter", `${prefix}bytes_total`, `Bytes read ${of}.`, column("bytes"));
    metric(
      "counter",
      `${prefix}unparsed_lines_total`,
      `Lines that no parser took ${of}.`,
      column("unparsed"),
    );
    metric(
      "counter",
      `${prefix}error_records_total`,
      `Records of level error or fatal ${of}.`,
      column("errors"),
    );
  };

  metric("gauge", "uptime_seconds", "Time since the start.", [
    [{}, snapshot.startedAt === 0 ? 0 : (now - snapshot.startedAt) / 1000],
  ]);
  metric("gauge", "lines_per_second", "Lines a second between the last two 5-second ticks.", [
    [{}, snapshot.tps],
  ]);
  flows("", "in all", [{ labels: {}, flow: totals }]);
  flows(
    "source_",
    "by source",
    sources.map((source) => ({ labels: { source: source.id }, flow: source })),
  );
  metric(
    "gauge",
    "source_up",
    "1 when the source is watching or waiting for its file.",
    sources.map(({ id, state }) => [{ source: id }, state === "watching" || state === "waiting" ? 1 : 0]),
  );
  accountMetrics(sources, metric);
  flows("file_", "by file", files);
  metric(
    "gauge",
    "file_lag_bytes",
    "Bytes of the file that are not read yet.",
    files.map(({ labels, lag }) => [labels, lag]),
  );
  metric(
    "counter",
    "file_lost_messages_total",
    "Messages lost before they could be read, as far as the system tells.",
    files.flatMap(({ labels, lost }) => (lost === undefined ? [] : [[labels, lost] as const])),
  );

  const partitions = sources.flatMap(({ id, files }) =>
    files.flatMap(({ path, next, lag, aside = 0 }) =>
      next === undefined || lag === undefined
        ? []
        : [{ labels: { source: id, partition: path }, next, lag, aside }],
    ),
  );
  metric(
    "gauge",
    "partition_lag_messages",
    "Messages of the partition that are not read yet.",
    partitions.map(({ labels, lag }) => [labels, lag]),
  );
  metric(
    "gauge",
    "partition_next_offset",
    "Offset of the message of the partition that is read next.",
    partitions.map(({ labels, next }) => [labels, next]),
  );
  metric(
    "counter",
    "partition_aside_messages_total",
    "Messages of the partition that could be no records and were put aside.",
    partitions.map(({ labels, aside }) => [labels, aside]),
  );

  const breaker = (value: (figures: BreakerFigures) => number): Sample[] =>
    sinks.map((figures) => [{ sink: figures.id, type: figures.type }, value(figures.breaker)]);
  const sink = (
    key:
      | "delivered"
      | "dead"
      | "replayed"
      | "deadWaiting"
      | "dropped"
      | "retries"
      | "inFlight"
      | "lagRecords"
      | "lagBytes",
  ) => sinks.map((figures): Sample => [{ sink: figures.id, type: figures.type }, figures[key]]);
  metric("counter", "sink_delivered_records_total", "Records the sink has taken.", sink("delivered"));
  metric("counter", "sink_dead_records_total", "Records the sink refused for good.", sink("dead"));
  metric("counter", "sink_replayed_records_total", "Dead letters the sink took after all.", sink("replayed"));
  metric("gauge", "sink_dead_letters", "Dead letters that lie in the sink's file.", sink("deadWaiting"));
  metric("counter", "sink_dropped_records_total", "Records the sink will never get.", sink("dropped"));
  metric(
    "counter",
    "sink_folded_values_total",
    "Values of tags or labels written as _other, beyond the sink's bound.",
    sinks.flatMap(({ id, type, folded }) =>
      folded === undefined ? [] : [[{ sink: id, type }, folded] as const],
    ),
  );
  metric(
    "counter",
    "sink_left_out_records_total",
    "Of the delivered records those that were not sent: the sink's options leave them out.",
    sinks.flatMap(({ id, type, leftOut }) =>
      leftOut === undefined ? [] : [[{ sink: id, type }, leftOut] as const],
    ),
  );
  metric("counter", "sink_retries_total", "Writes that had to be tried again.", sink("retries"));
  metric(
    "gauge",
    "sink_breaker_open",
    "1 when nothing is sent to the sink, 0.5 when it is tried out, 0 when it works.",
    breaker(({ state }) => ({ closed: 0, "half-open": 0.5, open: 1 })[state]),
  );
  metric(
    "gauge",
    "sink_failures_in_a_row",
    "Failed writes since the last that went through.",
    breaker(({ failures }) => failures),
  );
  metric(
    "gauge",
    "sink_next_try_seconds",
    "Time until the sink is tried again.",
    breaker(({ nextTryAt }) => (nextTryAt === undefined ? 0 : Math.max(0, (nextTryAt - now) / 1000))),
  );
  metric("gauge", "sink_in_flight_records", "Records in writes that are under way.", sink("inFlight"));
  metric("gauge", "sink_lag_records", "Records read but not delivered here.", sink("lagRecords"));
  metric("gauge", "sink_lag_bytes", "Raw bytes of the records not delivered here.", sink("lagBytes"));
  metric(
    "gauge",
    "sink_lag_seconds",
    "Age of the oldest record not delivered here.",
    sinks.map(({ id, type, lagMs }) => [{ sink: id, type }, lagMs / 1000]),
  );
  metric(
    "gauge",
    "sink_up",
    "1 when the last write went through.",
    sinks.map(({ id, type, state }) => [{ sink: id, type }, state === "running" ? 1 : 0]),
  );
  metric(
    "gauge",
    "sink_paused",
    "1 when someone wants nothing to be sent to the sink.",
    sinks.map(({ id, type, state }) => [{ sink: id, type }, state === "paused" ? 1 : 0]),
  );

  const channel = (key: "records" | "bytes" | "capacity") =>
    channels.map((figures): Sample => [{ channel: figures.name }, figures[key]]);
  metric("gauge", "channel_records", "Records waiting between two stages.", channel("records"));
  metric("gauge", "channel_bytes", "Bytes waiting between two stages.", channel("bytes"));
  metric("gauge", "channel_capacity_bytes", "Most bytes that may wait there.", channel("capacity"));
  metric("gauge", "spool_blocks", "Blocks in the spool.", [[{}, spool.blocks]]);
  metric("gauge", "spool_bytes", "Bytes of the spool on disk.", [[{}, spool.bytes]]);
  metric("gauge", "spool_capacity_bytes", "Most bytes the spool may take.", [[{}, spool.capacity]]);
  metric(
    "counter",
    "spool_dropped_records_total",
    "Lines given up at the spool's bound that at least one sink lacks.",
    [[{}, spool.dropped]],
  );
  metric("counter", "spool_damaged_records_total", "Lines in blocks that could not be read back.", [
    [{}, spool.damaged],
  ]);
  if (snapshot.etcd) {
    const { state, revision, keys, refused } = snapshot.etcd;
    metric("gauge", "etcd_up", "1 when etcd answers; else what was last good is in force.", [
      [{}, state === "connected" ? 1 : 0],
    ]);
    metric("gauge", "etcd_revision", "Revision of etcd's store that was read last.", [[{}, revision]]);
    metric("gauge", "etcd_keys", "Keys of etcd that the configuration is made of.", [[{}, keys]]);
    metric("gauge", "etcd_refused_keys", "Those whose present value was refused.", [[{}, refused.length]]);
  }
  if (store) {
    metric("gauge", "store_records", "Records in the embedded store.", [[{}, store.records]]);
    metric("gauge", "store_bytes", "Bytes of the embedded store on disk.", [[{}, store.bytes]]);
  }
  metric(
    "gauge",
    "problems",
    "Standing faults that belong to no source or sink, and expressions that were stopped.",
    [[{}, snapshot.problems.length]],
  );
  return text;
}

type Counters = Pick<FlowFigures, "lines" | "bytes" | "unparsed" | "errors">;
interface FilePart {
  readonly labels: Labels;
  readonly flow: Counters;
  readonly lag: number;
  /** Undefined: of a place where nobody would know. */
  readonly lost: number | undefined;
}

function boundedFiles({ sources }: Snapshot): FilePart[] {
  const parts: FilePart[] = [];
  for (const source of sources) {
    let rest: FilePart | undefined;
    const seen = new Set<string>();
    for (const file of source.files) {
      const lag = Math.max(0, file.size - file.offset);
      if (parts.length < FILE_LIMIT && !seen.has(file.path)) {
        seen.add(file.path);
        parts.push({ labels: { source: source.id, file: file.path }, flow: file, lag, lost: file.dropped });
        continue;
      }
      rest = {
        labels: { source: source.id, file: "(other)" },
        flow: {
          lines: (rest?.flow.lines ?? 0) + file.lines,
          bytes: (rest?.flow.bytes ?? 0) + file.bytes,
          unparsed: (rest?.flow.unparsed ?? 0) + file.unparsed,
          errors: (rest?.flow.errors ?? 0) + file.errors,
        },
        lag: (rest?.lag ?? 0) + lag,
        lost:
          rest?.lost === undefined && file.dropped === undefined
            ? undefined
            : (rest?.lost ?? 0) + (file.dropped ?? 0),
      };
    }
    if (rest) parts.push(rest);
  }
  return parts;
}

function metricText(type: string, name: string, help: string, samples: readonly Sample[]): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  for (const [labels, value] of samples) {
    const pairs = Object.entries(labels).map(([label, content]) => `${label}="${escapeLabel(content)}"`);
    text += `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${numberText(value)}\n`;
  }
  return text;
}

/** A label's value: backslash, quote and line feed are escaped, lone surrogates become U+FFFD (UTF-8 has none). */
export function escapeLabel(value: string): string {
  return toUSVString(value).replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
