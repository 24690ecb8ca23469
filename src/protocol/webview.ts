import type { Snapshot } from "../model.ts";
import type { Series, SeriesRequest } from "./engine.ts";
import type { FacetsTold, LogTarget, SearchRequest } from "./log-view.ts";

/** What the dashboard remembers over a reload: what is asked for, never data. */
export interface DashboardState {
  /** Width of the window shown, in seconds, ending now. */
  readonly range: number;
  /** Shown in its place: from one moment to another, in whole seconds since the epoch; `until` is exclusive. */
  readonly between?: { readonly from: number; readonly until: number };
  /** Undefined: all sources. */
  readonly source?: string;
  /** The duration field chosen. */
  readonly duration?: string;
  /** Charts that are shown as tables. */
  readonly tables?: readonly string[];
}

/** How the engine thread is, as far as a page needs to know. `idle`: nothing is configured yet. */
export interface EngineStatus {
  readonly name: "idle" | "starting" | "running" | "restarting" | "failed" | "closed";
  /** Why it is down. */
  readonly reason?: string;
}

/** How the engine and its sources are: what a page that shows no line says of them. */
export interface Standing {
  readonly engine: EngineStatus;
  /** Without the files of the sources. */
  readonly snapshot?: Pick<Snapshot, "sources" | "followed" | "store">;
}

/** What a page may ask the extension to do: each is a command of the palette. */
export const DASHBOARD_COMMANDS = [
  "start",
  "stop",
  "pause",
  "resume",
  "output",
  "addLog",
  "sample",
  "restart",
  "resetSink",
  "allow",
  "configure",
  "dashboard",
] as const;
export type DashboardCommand = (typeof DASHBOARD_COMMANDS)[number];

/** A picture of charts (bytes of a PNG), or their numbers. */
export type SaveRequest =
  | { readonly kind: "png"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: "csv"; readonly name: string; readonly text: string };

/** Dashboard page → extension. */
export type DashboardCalls = {
  series: [SeriesRequest, Series];
  snapshot: [undefined, Snapshot | undefined];
  engine: [undefined, EngineStatus];
  /** Answers when the command has ended, which for `addLog` is when the user has. */
  run: [{ readonly command: DashboardCommand; readonly source?: string; readonly sink?: string }, void];
  /** Opens the lines behind a chart in the log view, or takes one along that was opened so. */
  lines: [LogTarget, void];
  /** Whether a span that is selected on a chart opens the log view; the notice `opens` tells of changes. */
  opens: [undefined, boolean];
  setOpens: [boolean, void];
  /** Has the values of the fields of a time's lines counted from now on, in place of those before. */
  values: [SearchRequest, void];
  /** Asks for a place and writes a file there; false: the user would not have it. */
  save: [SaveRequest, boolean];
};
export type DashboardNotices = Record<never, never>;

/** Extension → dashboard page. Sent to visible panels only. */
export type PanelCalls = Record<never, never>;
export type PanelNotices = {
  /** At most one a second. */
  snapshot: Snapshot;
  engine: EngineStatus;
  values: FacetsTold;
  /** Why the values that were being counted are counted no further. */
  uncounted: { readonly reason: string };
  opens: boolean;
  /** Show this source alone: the dashboard was opened from its row. */
  choose: { readonly source: string };
};
