import type { Snapshot } from "../model.ts";
import type { Series, SeriesRequest } from "./engine.ts";

/** What the dashboard remembers over a reload: what is asked for, never data. */
export interface DashboardState {
  /** Width of the window shown, in seconds, ending now. */
  readonly range: number;
  /** Undefined: all sources. */
  readonly source?: string;
}

/** How the engine thread is, as far as a page needs to know. `idle`: nothing is configured yet. */
export interface EngineStatus {
  readonly name: "idle" | "starting" | "running" | "restarting" | "failed" | "closed";
  /** Why it is down. */
  readonly reason?: string;
}

/** What the page may ask the extension to do: each is a command of the palette. */
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
] as const;
export type DashboardCommand = (typeof DASHBOARD_COMMANDS)[number];

/** Dashboard page → extension. */
export type DashboardCalls = {
  series: [SeriesRequest, Series];
  snapshot: [undefined, Snapshot | undefined];
  engine: [undefined, EngineStatus];
  /** Answers when the command has ended, which for `addLog` is when the user has. */
  run: [{ readonly command: DashboardCommand; readonly source?: string; readonly sink?: string }, void];
};
export type DashboardNotices = Record<never, never>;

/** Extension → dashboard page. Sent to visible panels only. */
export type PanelCalls = Record<never, never>;
export type PanelNotices = {
  /** At most one a second. */
  snapshot: Snapshot;
  engine: EngineStatus;
  /** Show this source alone: the dashboard was opened from its row. */
  choose: { readonly source: string };
};
