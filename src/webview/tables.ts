import type { SinkFigures, SinkState, SourceFigures, SourceState } from "../model.ts";
import { createWaitingTexts } from "../protocol/waiting-texts.ts";
import type { DashboardCalls } from "../protocol/webview.ts";
import { allowAction } from "./allow.ts";
import type { Formats } from "./formats.ts";
import { type Cell, type Column, createGrid, type Grid, type RowAction } from "./grid.ts";
import type { L10n } from "./l10n.ts";

type Texts = { readonly l10n: L10n; readonly formats: Formats };
type Run = (request: DashboardCalls["run"][0]) => void;

/** Every source: its state, its flow, and the button that starts, pauses or resumes it. */
export function createSourceTable({ l10n, formats }: Texts, run: Run): Grid<SourceFigures> {
  const { t } = l10n;
  const waits = createWaitingTexts(l10n);
  const number = (title: string, text: (source: SourceFigures) => string): Column<SourceFigures> => ({
    title,
    numeric: true,
    cell: (source) => ({ text: text(source) }),
  });
  return createGrid<SourceFigures>(
    t("Sources"),
    [
      {
        title: t("Source"),
        cell: ({ id, files }) => ({ text: id, title: files.map(({ path }) => path).join("\n") }),
      },
      {
        title: t("State"),
        long: true,
        cell(source) {
          const behind = behindOf(source);
          const told = behind > 0 ? t("{0} behind", formats.count(behind)) : undefined;
          if (source.awaits !== undefined)
            return { icon: "clockface", text: source.reason ?? "", tone: "warn" };
          const reason = source.reason === undefined ? told : waits(source.reason);
          return stateCell(source.state, source.consent?.join(", ") ?? reason, l10n);
        },
      },
      number(t("Lines/s"), ({ linesPerSecond }) => formats.compact(linesPerSecond)),
      number(t("Lines"), ({ lines }) => formats.count(lines)),
      number(t("Bytes"), ({ bytes }) => formats.bytes(bytes)),
      {
        title: t("Parse errors"),
        numeric: true,
        cell: ({ unparsed }) => ({ text: formats.count(unparsed), tone: unparsed > 0 ? "bad" : undefined }),
      },
      {
        title: t("Files"),
        numeric: true,
        cell({ files }) {
          const lags = files.flatMap(({ path, lag }) =>
            lag === undefined ? [] : [t("{0}: {1} behind", path, formats.count(lag))],
          );
          return { text: formats.count(files.length), ...(lags.length > 0 && { title: lags.join("\n") }) };
        },
      },
      { title: t("Parser"), cell: ({ parser }) => ({ text: parser }) },
    ],
    {
      keyOf: ({ id }) => id,
      actions: t("Actions"),
      action: ({ id, state, consent }): RowAction => {
        const allow = allowAction({ source: id }, consent, l10n, run);
        if (allow) return allow;
        if (state === "paused") {
          return {
            icon: "debug-continue",
            label: t("Resume {0}", id),
            run: () => run({ command: "resume", source: id }),
          };
        }
        if (state === "stopped" || state === "failed") {
          return {
            icon: "play",
            label: t("Start {0}", id),
            run: () => run({ command: "start", source: id }),
          };
        }
        return {
          icon: "debug-pause",
          label: t("Pause {0}", id),
          run: () => run({ command: "pause", source: id }),
        };
      },
    },
  );
}

/** Messages that lie unread in partitions. */
function behindOf({ files }: SourceFigures): number {
  return files.reduce((sum, { lag = 0 }) => sum + lag, 0);
}

/** Every sink: how far behind it is, and what went wrong. */
export function createSinkTable({ l10n, formats }: Texts, run: Run): Grid<SinkFigures> {
  const { t } = l10n;
  const count = (title: string, of: (sink: SinkFigures) => number, tone?: string): Column<SinkFigures> => ({
    title,
    numeric: true,
    cell: (sink) => ({ text: formats.count(of(sink)), tone: of(sink) > 0 ? tone : undefined }),
  });
  const one = (...parts: readonly string[]): string => t("{0} record, {1}, {2}", ...parts);
  const many = (...parts: readonly string[]): string => t("{0} records, {1}, {2}", ...parts);
  const lag = ({ lagRecords, lagBytes, lagMs }: SinkFigures): Cell =>
    lagRecords === 0
      ? { text: t("up to date"), tone: "dim" }
      : {
          text: (lagRecords === 1 ? one : many)(
            formats.count(lagRecords),
            formats.bytes(lagBytes),
            formats.duration(lagMs / 1000),
          ),
          tone: "warn",
        };
  /** What keeps writes back, for the end of a line; empty when nothing does. */
  const breakerText = ({ breaker: { state, nextTryAt } }: SinkFigures): string => {
    const parts = [
      ...(state === "closed" ? [] : [t("breaker {0}", state)]),
      ...(nextTryAt === undefined ? [] : [t("next try {0}", formats.moment(nextTryAt / 1000))]),
    ];
    return parts.length > 0 ? ` (${parts.join(", ")})` : "";
  };
  const stateOf = (sink: SinkFigures): Cell => {
    const { state, since, failures } = sink.breaker;
    const title = t(
      "breaker {0} since {1}, failures in a row: {2}",
      state,
      formats.moment(since / 1000),
      formats.count(failures),
    );
    return { ...stateCell(sink.state, sink.consent?.join(", "), l10n), title };
  };
  return createGrid<SinkFigures>(
    t("Sinks"),
    [
      { title: t("Sink"), cell: ({ id }) => ({ text: id }) },
      { title: t("State"), cell: stateOf },
      { title: t("Behind"), wraps: true, cell: lag },
      count(t("Retries"), ({ retries }) => retries, "warn"),
      {
        title: t("Last error"),
        long: true,
        cell(sink) {
          const { lastError, lastErrorAt } = sink;
          if (lastError === undefined) return { text: "–", tone: "dim" };
          const when = lastErrorAt === undefined ? "" : `${formats.moment(lastErrorAt / 1000)}: `;
          return { text: when + lastError + breakerText(sink), title: lastError };
        },
      },
      count(t("Delivered"), ({ delivered }) => delivered),
      {
        title: t("Dead"),
        numeric: true,
        cell: ({ dead, deadWaiting, replayed }) => ({
          text: formats.count(dead),
          title: t("in the file: {0}, replayed: {1}", formats.count(deadWaiting), formats.count(replayed)),
          tone: dead > 0 ? "bad" : undefined,
        }),
      },
      count(t("Dropped"), ({ dropped }) => dropped, "bad"),
      {
        title: t("Target"),
        wraps: true,
        cell: ({ target, unverified }) => ({
          text: target,
          title: target,
          tone: unverified ? "warn" : undefined,
        }),
      },
    ],
    {
      keyOf: ({ id }) => id,
      actions: t("Actions"),
      action: ({ id, state, consent }): RowAction => {
        const allow = allowAction({ sink: id }, consent, l10n, run);
        if (allow) return allow;
        if (state === "retrying" || state === "failed") {
          return {
            icon: "debug-restart",
            label: t("Reset {0}: try at once", id),
            run: () => run({ command: "resetSink", sink: id }),
          };
        }
        if (state === "paused") {
          return {
            icon: "debug-continue",
            label: t("Resume {0}", id),
            run: () => run({ command: "resume", sink: id }),
          };
        }
        return {
          icon: "debug-pause",
          label: t("Pause {0}: send nothing", id),
          run: () => run({ command: "pause", sink: id }),
        };
      },
    },
  );
}

function stateCell(state: SourceState | SinkState, reason: string | undefined, { t }: L10n): Cell {
  const looks: Record<SourceState | SinkState, Cell> = {
    starting: { icon: "loading", text: t("starting"), tone: "dim" },
    watching: { icon: "eye", text: t("watching"), tone: "good" },
    running: { icon: "pass", text: t("running"), tone: "good" },
    waiting: { icon: "clockface", text: t("waiting for the file"), tone: "dim" },
    consent: { icon: "shield", text: t("waits for consent"), tone: "warn" },
    paused: { icon: "debug-pause", text: t("paused"), tone: "warn" },
    retrying: { icon: "sync", text: t("retrying"), tone: "warn" },
    stopped: { icon: "circle-slash", text: t("stopped"), tone: "dim" },
    failed: { icon: "error", text: t("failed"), tone: "bad" },
  };
  const look = looks[state];
  return reason === undefined ? look : { ...look, text: `${look.text}: ${reason}`, title: reason };
}
