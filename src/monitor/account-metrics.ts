import { type Account, remainderOf, type SinkAccount, type Snapshot } from "../model.ts";

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

/** A sink that leaves nothing out. */
const NONE = { records: 0, bytes: 0 };

type Metric = (type: "counter" | "gauge", name: string, help: string, samples: readonly Sample[]) => void;

/** Over all runs, by source and by source and sink: `routed = delivered + left_out + dead + dropped + waiting`. */
export function accountMetrics(sources: Snapshot["sources"], metric: Metric): void {
  const read = (of: (account: Account) => number): Sample[] =>
    sources.flatMap(({ id, account }) => (account ? [[{ source: id }, of(account)] as const] : []));
  metric(
    "counter",
    "account_read_records_total",
    "Records read over all runs.",
    read(({ lines }) => lines),
  );
  metric(
    "counter",
    "account_read_bytes_total",
    "Bytes they were read from.",
    read(({ bytes }) => bytes),
  );
  metric(
    "counter",
    "account_parsed_records_total",
    "Those that a parser took.",
    read(({ lines, unparsed }) => lines - unparsed),
  );
  metric(
    "counter",
    "account_unparsed_records_total",
    "The others.",
    read(({ unparsed }) => unparsed),
  );
  metric(
    "counter",
    "account_skipped_bytes_total",
    "Bytes passed over: holes, rests of cut lines.",
    read(({ skipped }) => skipped),
  );
  metric(
    "gauge",
    "account_missing_bytes",
    "Bytes of files that were neither read nor skipped: always 0.",
    read(({ missing }) => missing),
  );
  const fates = [
    ["routed", "counter", "read for the sink since it exists", (sink: SinkAccount) => sink.routed],
    ["delivered", "counter", "that the sink took", (sink: SinkAccount) => sink.delivered],
    ["left_out", "counter", "that its options leave out", ({ leftOut }: SinkAccount) => leftOut ?? NONE],
    ["dead", "gauge", "that it refused for good", (sink: SinkAccount) => sink.dead],
    ["dropped", "gauge", "that it will never get", (sink: SinkAccount) => sink.dropped],
    ["waiting", "gauge", "that wait for it", (sink: SinkAccount) => sink.waiting],
    ["remainder", "gauge", "of which nobody knows: always 0", remainderOf],
  ] as const;
  for (const [name, type, help, amount] of fates) {
    for (const unit of ["records", "bytes"] as const) {
      const samples = sources.flatMap(({ id, account }) =>
        (account?.sinks ?? []).map((sink): Sample => [{ source: id, sink: sink.sink }, amount(sink)[unit]]),
      );
      const suffix = type === "counter" ? "_total" : "";
      const what = unit === "records" ? "Records" : "Bytes of records";
      metric(type, `account_${name}_${unit}${suffix}`, `${what} ${help}.`, samples);
    }
  }
}
