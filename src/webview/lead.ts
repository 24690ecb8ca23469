import type { LogTarget } from "../protocol/log-view.ts";
import type { DashboardState } from "../protocol/webview.ts";
import type { Window } from "./feed.ts";

export type Along = NonNullable<NonNullable<LogTarget["charts"]>["along"]>;

interface Shown {
  readonly state: DashboardState;
  readonly window: Pick<Window, "from" | "until" | "at"> | undefined;
  readonly failure: string | undefined;
}

/** Tells when the log view that the dashboard opened is to be taken along: once the figures of what is chosen are there. */
export interface Lead {
  /** A span was selected on a chart: what is shown next is what it is about. */
  select(): void;
  /** What is shown now. */
  draw(shown: Shown): void;
}

/** @param now in seconds since the epoch */
export function createLead(tell: (along: Along) => void, now: () => number): Lead {
  let before: { readonly time: string; readonly source: string | undefined } | undefined;
  let waiting: { readonly along: Along; readonly since: number } | undefined;
  return {
    select() {
      waiting = { along: "selected", since: now() };
    },
    draw(shown) {
      const { range, between, source } = shown.state;
      const time = JSON.stringify(between ?? range);
      // A page that begins shows what it showed before.
      if (before && (time !== before.time || source !== before.source)) {
        const { along = "moved", since = Number.NEGATIVE_INFINITY } = waiting ?? {};
        waiting = { along, since: time === before.time ? since : now() };
      }
      before = { time, source };
      if (!waiting || !had(shown, waiting.since)) return;
      const { along } = waiting;
      waiting = undefined;
      tell(along);
    },
  };
}

/** Whether the figures are those of the time that is chosen, or can't be had. */
function had({ state: { between }, window, failure }: Shown, since: number): boolean {
  if (failure !== undefined) return true;
  if (!window) return false;
  return between ? window.from === between.from && window.until === between.until : window.at > since;
}
