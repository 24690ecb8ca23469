import { basename, dirname } from "node:path";
import type {
  FileFigures,
  FlowFigures,
  SinkFigures,
  Snapshot,
  SourceFigures,
  SourceState,
} from "../model.ts";
import { createWaitingTexts } from "../protocol/waiting-texts.ts";
import { fateTable, readDetails, type Table } from "./account-text.ts";
import type { L10n } from "./l10n.ts";

/** What a tree shows of one thing: plain values, made anew from each snapshot and compared with the last. */
export interface Row {
  /** Stable for the same source, file or sink, so that selection and expansion stay. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** A theme colour's id. */
  readonly color: string | undefined;
  /** `source.watching`, `file.failed`, `sink.retrying`, `sink.running.dead` …: what the menus go by. */
  readonly context: string;
  readonly aria: string;
  /** A box that tells, and changes, whether it is watched; absent: it has none. */
  readonly check?: { readonly on: boolean; readonly tooltip: string };
  /** Whether what is below it is in sight at first; absent: nothing can be below it. */
  readonly open?: boolean;
  /** The sources whose lines, or the sink whose deliveries, its tooltip charts. */
  readonly chart?: { readonly sources: readonly string[] } | { readonly sink: string };
  /** All figures, as label and value; made only when someone hovers. */
  details(): readonly (readonly [label: string, value: string])[];
  /** What became of what was read, by sink: a heading and rows; made only when someone hovers. */
  table?(): Table;
  readonly source: string | undefined;
  readonly path: string | undefined;
  readonly rows: readonly Row[];
}

/** `off`: stopped by its configuration, and not just until the next start. */
export type ShownState = SourceState | SinkFigures["state"] | "off";

/** A source with more files than this starts collapsed. */
const MANY = 20;

const LOOK: Record<ShownState, readonly [icon: string, color: string | undefined]> = {
  starting: ["loading~spin", undefined],
  watching: ["eye", "charts.green"],
  running: ["pass", "charts.green"],
  waiting: ["clockface", "disabledForeground"],
  consent: ["shield", "charts.yellow"],
  paused: ["debug-pause", "charts.yellow"],
  retrying: ["sync", "charts.yellow"],
  stopped: ["circle-slash", "disabledForeground"],
  off: ["eye-closed", "disabledForeground"],
  failed: ["error", "errorForeground"],
};

/** What someone has just ticked, by source: it shows before it is in force. */
export type Wishes = ReadonlyMap<string, boolean>;

/** Sources with their files, in the order of the configuration; files by path. */
export function sourceRows(snapshot: Snapshot, l10n: L10n, wishes: Wishes = new Map()): readonly Row[] {
  return snapshot.sources.map((source) => sourceRow(source, l10n, wishes));
}

export function stateOf({ state, off }: Pick<SourceFigures, "state" | "off">): ShownState {
  return state === "stopped" && off ? "off" : state;
}

function sourceRow(source: SourceFigures, l10n: L10n, wishes: Wishes): Row {
  const state = stateOf(source);
  const on = wishes.get(source.id) ?? source.state !== "stopped";
  const files = [...source.files].sort((a, b) => byPath.compare(a.path, b.path));
  const description = flowText(source, l10n);
  return {
    id: `source:${source.id}`,
    label: source.id,
    description,
    ...look(state),
    context: `source.${state}`,
    aria: spoken(source.id, state, description, l10n),
    check: {
      on,
      tooltip: on ? l10n.t("Watched: untick to switch it off") : l10n.t("Not watched: tick to switch it on"),
    },
    open: files.length <= MANY,
    chart: { sources: [source.id] },
    details: () => [
      [l10n.t("State"), stateName(state, l10n)],
      ...reasonDetail(source.reason, l10n),
      [l10n.t("Parser"), source.parser],
      [l10n.t("Files"), String(source.files.length)],
      ...flowDetails(source, l10n),
      ...readDetails(source.account, l10n),
    ],
    table: () => fateTable(source.account, l10n),
    source: source.id,
    path: undefined,
    rows: files.map((file) => ({
      ...fileRow(source.id, file, shared(file, files), l10n),
      // The engine keeps the past of sources; that of a file alone is the same.
      ...(files.length === 1 && { chart: { sources: [source.id] } }),
    })),
  };
}

function fileRow(source: string, file: FileFigures, ambiguous: boolean, l10n: L10n): Row {
  const { lag = 0 } = file;
  const text = flowText(file, l10n) + (lag > 0 ? ` · ${l10n.t("{0} behind", l10n.compact(lag))}` : "");
  const description = ambiguous && !file.stream ? `${basename(dirname(file.path))} · ${text}` : text;
  const label = labelOf(file);
  return {
    id: `file:${source}:${file.path}`,
    label,
    description,
    ...look(file.state),
    // The menus of files open and look at what a stream has not.
    context: `${file.stream ? "stream" : "file"}.${file.state}`,
    aria: spoken(label, file.state, description, l10n),
    details: () => [
      [file.stream ? l10n.t("Stream") : l10n.t("Path"), file.path],
      [l10n.t("State"), stateName(file.state, l10n)],
      ...reasonDetail(file.reason, l10n),
      ...(file.parser === undefined ? [] : ([[l10n.t("Parser"), file.parser]] as const)),
      [
        l10n.t("Read"),
        file.stream
          ? l10n.bytes(file.offset)
          : l10n.t("{0} of {1}", l10n.bytes(file.offset), l10n.bytes(file.size)),
      ],
      ...partitionDetails(file, l10n),
      ...(file.dropped === undefined ? [] : ([[l10n.t("Lost"), l10n.whole(file.dropped)]] as const)),
      [l10n.t("Last line"), file.lastRead ? l10n.moment(file.lastRead) : l10n.t("none yet")],
      ...flowDetails(file, l10n),
      ...readDetails(file.account, l10n),
    ],
    table: () => fateTable(file.account, l10n),
    source,
    path: file.path,
    rows: [],
  };
}

/** How far a partition of a topic is read; nothing of a file. */
function partitionDetails(
  { next, lag, aside }: FileFigures,
  l10n: L10n,
): readonly (readonly [label: string, value: string])[] {
  if (next === undefined || lag === undefined) return [];
  return [
    [l10n.t("Position"), l10n.t("message {0}, {1} behind", l10n.whole(next), l10n.whole(lag))],
    ...(aside === undefined ? [] : ([[l10n.t("Put aside"), l10n.whole(aside)]] as const)),
  ];
}

const byPath = new Intl.Collator("en", { numeric: true });

/** Icon and colour of a state. */
export function look(state: ShownState): Pick<Row, "icon" | "color"> {
  const [icon, color] = LOOK[state];
  return { icon, color };
}

/** The state in words, once: a description may begin with it. */
export function spoken(label: string, state: ShownState, description: string, l10n: L10n): string {
  const name = stateName(state, l10n);
  return (description.startsWith(name) ? [label, description] : [label, name, description]).join(", ");
}

/** Whether another file of the source has the same name: then the folder tells them apart. */
function shared(file: FileFigures, files: readonly FileFigures[]): boolean {
  return files.some((other) => other !== file && basename(other.path) === basename(file.path));
}

/** A slash in a command or an address separates no folders. */
function labelOf({ path, stream }: FileFigures): string {
  return stream ? path : basename(path);
}

type Flowing = FlowFigures & Pick<SourceFigures, "state" | "off" | "reason" | "consent">;

/** Rate, or the state where nothing flows, then what is wrong. Only a failure has its reason here: others wait in the tooltip. */
function flowText(flow: Flowing, l10n: L10n): string {
  const { reason } = flow;
  const state = stateOf(flow);
  const name = stateName(state, l10n);
  if (flow.consent) return `${name}: ${flow.consent.join(", ")}`;
  const failure = state === "failed" && reason;
  const rate = l10n.t("{0}/s", l10n.compact(flow.linesPerSecond));
  const parts = [state === "watching" ? rate : failure ? `${name}: ${reason}` : name];
  if (flow.errors > 0) parts.push(l10n.t("{0} err", l10n.compact(flow.errors)));
  if (flow.unparsed > 0) parts.push(l10n.t("{0} unparsed", l10n.compact(flow.unparsed)));
  return parts.join(" · ");
}

export function flowDetails(flow: FlowFigures, l10n: L10n): readonly (readonly [string, string])[] {
  return [
    [l10n.t("Lines"), l10n.whole(flow.lines)],
    [l10n.t("Bytes"), l10n.bytes(flow.bytes)],
    [
      l10n.t("Rate"),
      l10n.t("{0} lines/s, {1}/s", l10n.compact(flow.linesPerSecond), l10n.bytes(flow.bytesPerSecond)),
    ],
    [l10n.t("Errors"), l10n.whole(flow.errors)],
    [l10n.t("Unparsed"), l10n.whole(flow.unparsed)],
  ];
}

function reasonDetail(reason: string | undefined, l10n: L10n): readonly (readonly [string, string])[] {
  return reason ? [[l10n.t("Reason"), createWaitingTexts(l10n)(reason)]] : [];
}

export function stateName(state: ShownState, l10n: L10n): string {
  switch (state) {
    case "starting":
      return l10n.t("starting");
    case "watching":
      return l10n.t("watching");
    case "running":
      return l10n.t("running");
    case "waiting":
      return l10n.t("waiting for the file");
    case "consent":
      return l10n.t("waits for consent");
    case "paused":
      return l10n.t("paused");
    case "retrying":
      return l10n.t("retrying");
    case "stopped":
      return l10n.t("stopped");
    case "off":
      return l10n.t("switched off");
    case "failed":
      return l10n.t("failed");
  }
}
