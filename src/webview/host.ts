import { type Channel, createChannel } from "../protocol/channel.ts";
import type {
  DashboardCalls,
  DashboardNotices,
  DashboardState,
  PanelCalls,
  PanelNotices,
} from "../protocol/webview.ts";
import { RANGES } from "./ranges.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: DashboardState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension at the other end, and what it remembers for us over a reload. */
export interface Host {
  readonly channel: Channel<DashboardCalls, DashboardNotices>;
  readonly state: DashboardState;
  save(state: DashboardState): void;
}

/** May be called once a page: the editor hands out its end only once. */
export function connectHost(
  notices: { [K in keyof PanelNotices]: (payload: PanelNotices[K]) => void },
): Host {
  const api = acquireVsCodeApi();
  const channel = createChannel<DashboardCalls, DashboardNotices, PanelCalls, PanelNotices>(
    {
      post: (message) => api.postMessage(message),
      listen: (receive) => window.addEventListener("message", ({ data }) => receive(data)),
    },
    {},
    notices,
  );
  return { channel, state: readState(api.getState()), save: (state) => api.setState(state) };
}

function readState(state: unknown): DashboardState {
  const { range, source, between } = (state ?? {}) as Partial<Record<keyof DashboardState, unknown>>;
  const { from, until } = (between ?? {}) as { readonly from?: unknown; readonly until?: unknown };
  return {
    range: RANGES.find((known) => known === range) ?? RANGES[1],
    ...(Number.isSafeInteger(from) &&
      Number.isSafeInteger(until) && { between: { from: Number(from), until: Number(until) } }),
    ...(typeof source === "string" && { source }),
  };
}
