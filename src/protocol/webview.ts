import type { Snapshot } from "../model.ts";
import type { Series, SeriesRequest } from "./engine.ts";

/** What the dashboard remembers over a reload: what is asked for, never data. */
export interface DashboardState {
  /** Width of the window shown, in seconds, ending now. */
  readonly range: number;
  /** Undefined: all sources. */
  readonly source?: string;
}

/** Dashboard page → extension. */
export type DashboardCalls = {
  series: [SeriesRequest, Series];
  snapshot: [undefined, Snapshot | undefined];
  run: [
    {
      readonly command: "start" | "stop" | "pause" | "resume" | "output" | "addLog";
      readonly source?: string;
    },
    void,
  ];
};
export type DashboardNotices = Record<never, never>;

/** Extension → dashboard page. */
export type PanelCalls = Record<never, never>;
export type PanelNotices = {
  snapshot: Snapshot;
};
