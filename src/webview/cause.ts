import type { Snapshot, SourceFigures } from "../model.ts";
import type { Series } from "../protocol/engine.ts";
import { createWaitingTexts } from "../protocol/waiting-texts.ts";
import type { DashboardCommand, EngineStatus } from "../protocol/webview.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { longerThan } from "./ranges.ts";
import type { Span } from "./span.ts";

/** What a remedy does: runs a command of the editor, or changes what the page shows. */
export type Remedy =
  | { readonly label: string; readonly command: DashboardCommand; readonly source?: string }
  | { readonly label: string; readonly range: number }
  | { readonly label: string; readonly zoomOut: true }
  | { readonly label: string; readonly allSources: true };

/** Why nothing, or nothing new, is seen, and what helps. */
export interface Cause {
  /** `error`: something broke; `info`: this is how things are. */
  readonly kind: "error" | "warning" | "info";
  readonly title: string;
  readonly detail: string;
  readonly remedies: readonly Remedy[];
  /** Charts would only be empty frames. */
  readonly alone: boolean;
}

interface Situation {
  readonly engine: EngineStatus;
  readonly snapshot: Pick<Snapshot, "sources" | "followed"> | undefined;
  readonly series: Series | undefined;
  readonly source: string | undefined;
  readonly range: number;
  /** A span of the past is shown instead. */
  readonly between?: Span | undefined;
  /** Why the figures could not be had. */
  readonly failure: string | undefined;
  /** What the page shows of logs; absent: charts. */
  readonly shows?: "lines";
}

/** The one thing to say first; undefined when lines are seen, or it is too early to tell. */
export function causeOf(
  situation: Situation,
  { l10n, formats }: { readonly l10n: L10n; readonly formats: Formats },
): Cause | undefined {
  const { t } = l10n;
  const { engine, snapshot, series, source, failure } = situation;
  const output: Remedy = { label: t("Show Output"), command: "output" };
  if (engine.name === "failed" || engine.name === "restarting" || engine.name === "closed") {
    return {
      kind: "error",
      title: engine.name === "restarting" ? t("The engine is restarting") : t("The engine has stopped"),
      detail: engine.reason ?? "",
      remedies:
        engine.name === "closed" ? [output] : [{ label: t("Restart Engine"), command: "restart" }, output],
      alone: false,
    };
  }
  if (failure !== undefined) {
    const title = t("The figures can't be read");
    return { kind: "error", title, detail: failure, remedies: [output], alone: false };
  }
  if (!snapshot && engine.name !== "idle") return undefined;
  if (snapshot?.followed) return followed(snapshot.followed, l10n);
  if (!snapshot || snapshot.sources.length === 0) {
    return {
      kind: "info",
      title: t("No log is watched yet"),
      detail:
        situation.shows === "lines"
          ? t("Choose a log file; its lines are shown here as they are written.")
          : t("Choose a log file; its lines, rates and errors are charted here as they are written."),
      remedies: [
        { label: t("Add Log…"), command: "addLog" },
        { label: t("Generate Sample Log"), command: "sample" },
      ],
      alone: !hasLines(series, undefined),
    };
  }
  const inScope = snapshot.sources.filter(({ id }) => source === undefined || id === source);
  if (inScope.length === 0) {
    return {
      kind: "info",
      title: t("{0} is no longer watched", source ?? ""),
      detail: t("What was recorded of it is shown."),
      remedies: [{ label: t("Show All Sources"), allSources: true }],
      alone: false,
    };
  }
  return standstill(situation, inScope, output, l10n) ?? silence(situation, inScope, formats, l10n);
}

/** Another process does the work: what is steered here has no effect. */
function followed(by: NonNullable<Snapshot["followed"]>, { t }: L10n): Cause {
  return {
    kind: "info",
    title: t("Followed: run by process {0}", by.process ?? "?"),
    detail: t("Its figures are shown. This window takes over when it ends."),
    remedies: [],
    alone: false,
  };
}

/** No source in scope can bring a line as it is. */
function standstill(
  { series, source }: Situation,
  sources: readonly SourceFigures[],
  output: Remedy,
  l10n: L10n,
): Cause | undefined {
  const { t } = l10n;
  const states = new Set(sources.map(({ state }) => state));
  const target = source === undefined ? {} : { source };
  const [first, ...others] = sources;
  const name = source ?? (others.length === 0 ? first?.id : undefined) ?? t("Every log");
  const reason = first?.reason ?? "";
  const every = (...wanted: string[]) => [...states].every((state) => wanted.includes(state));
  const base = { alone: false, detail: "" };
  if (every("paused", "stopped")) {
    const paused = states.has("paused");
    return {
      ...base,
      kind: "warning",
      title: paused ? t("{0} is paused", name) : t("{0} is stopped", name),
      detail: t("Nothing is read until it goes on; no line is lost meanwhile."),
      remedies: [
        paused
          ? { label: t("Resume"), command: "resume", ...target }
          : { label: t("Start"), command: "start", ...target },
      ],
    };
  }
  if (every("consent")) {
    const wants = [...new Set(sources.flatMap(({ consent = [] }) => consent))].join(", ");
    return {
      ...base,
      kind: "warning",
      title: t("{0} waits for your consent", name),
      detail: t("Nothing is read before you allow {0}, which this workspace defines.", wants),
      remedies: [{ label: t("Allow…"), command: "allow", ...target }],
    };
  }
  if (sources.every(({ awaits }) => awaits !== undefined)) {
    return {
      ...base,
      kind: "warning",
      title: t("{0} waits for etcd", name),
      detail: reason,
      remedies: [output],
    };
  }
  if (every("failed")) {
    const remedies: Remedy[] = [{ label: t("Start"), command: "start", ...target }, output];
    return { ...base, kind: "error", title: t("{0} has failed", name), detail: reason, remedies };
  }
  if (every("waiting")) {
    return {
      ...base,
      kind: "info",
      title: t("{0} waits for its file", name),
      detail: createWaitingTexts(l10n)(reason) || t("It is read as soon as a file of that name is there."),
      remedies: [{ label: t("Add Log…"), command: "addLog" }],
      alone: !hasLines(series, source),
    };
  }
  return undefined;
}

/** Sources are read, but brought no line in the range shown. */
function silence(
  { series, source, range, between }: Situation,
  sources: readonly SourceFigures[],
  formats: Formats,
  { t }: L10n,
): Cause | undefined {
  if (!series || hasLines(series, source)) return undefined;
  const last = Math.max(0, ...sources.flatMap(({ files }) => files.map(({ lastRead }) => lastRead ?? 0)));
  const longer = longerThan(range);
  const remedies: Remedy[] = [];
  if (between) {
    remedies.push({ label: t("Zoom Out"), zoomOut: true });
    remedies.push({ label: t("Show the last {0}", formats.range(range)), range });
  } else if (longer !== undefined)
    remedies.push({ label: t("Show {0}", formats.range(longer)), range: longer });
  if (source !== undefined) remedies.push({ label: t("Show All Sources"), allSources: true });
  return {
    kind: "info",
    title: between
      ? t("No line from {0} to {1}", formats.moment(between.from), formats.moment(between.until))
      : t("No line in the last {0}", formats.range(range)),
    detail:
      last > 0
        ? t("The last line was read on {0}.", formats.moment(last / 1000))
        : t("The logs are watched; nothing was written to them yet."),
    remedies,
    alone: false,
  };
}

function hasLines(series: Series | undefined, source: string | undefined): boolean {
  return Object.entries(series?.sources ?? {}).some(
    ([id, { lines }]) => (source === undefined || id === source) && lines.some((count) => (count ?? 0) > 0),
  );
}
