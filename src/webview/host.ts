import { type Channel, createChannel } from "../protocol/channel.ts";
import type {
  DashboardCalls,
  DashboardNotices,
  DashboardState,
  PanelCalls,
  PanelNotices,
} from "../protocol/webview.ts";
import { readState } from "./dashboard-state.ts";

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
