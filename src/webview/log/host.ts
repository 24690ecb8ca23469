import type * as z from "zod/mini";
import { type Channel, createChannel, RemoteError } from "../../protocol/channel.ts";
import {
  type FacetsTold,
  type Failure,
  facets as facetsSchema,
  failure as failureSchema,
  type LogCalls,
  type LogNotices,
  type LogTarget,
  type Loss,
  logTarget,
  losses as lossesSchema,
  type Place,
  places as placesSchema,
  progress as progressSchema,
  type TrendTold,
  trend as trendSchema,
} from "../../protocol/log-view.ts";
import { type NamedQuery, namedQueries, type SavedQuery, savedQuery } from "../../protocol/saved-queries.ts";
import { type LogState, readState } from "./state.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: LogState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

type NoCalls = Record<never, never>;

/** The extension at the other end, and what the editor remembers for us. */
export interface LogHost {
  readonly channel: Channel<LogCalls, NoCalls>;
  readonly state: LogState;
  save(state: LogState): void;
}

/**
 * May be called once a page: the editor hands out its end only once.
 * @param told what a refusal is in the editor's language
 */
export function connectLogHost(
  told: (reason: string) => string,
  notices: {
    progress(progress: z.infer<typeof progressSchema>): void;
    queries(queries: readonly NamedQuery[]): void;
    places(places: readonly Place[]): void;
    losses(losses: readonly Loss[]): void;
    apply(query: SavedQuery): void;
    show(target: LogTarget): void;
    facets(facets: FacetsTold): void;
    trend(trend: TrendTold): void;
    failed(failure: Failure): void;
  },
): LogHost {
  const api = acquireVsCodeApi();
  const channel = createChannel<LogCalls, NoCalls, NoCalls, LogNotices>(
    {
      post: (message) => api.postMessage(message),
      listen: (receive) => window.addEventListener("message", ({ data }) => receive(data)),
    },
    {},
    {
      show: (body) => notices.show(logTarget.parse(body)),
      progress: (body) => notices.progress(progressSchema.parse(body)),
      queries: (body) => notices.queries(namedQueries.parse(body)),
      places: (body) => notices.places(placesSchema.parse(body)),
      losses: (body) => notices.losses(lossesSchema.parse(body)),
      apply: (body) => notices.apply(savedQuery.parse(body)),
      facets: (body) => notices.facets(facetsSchema.parse(body)),
      trend: (body) => notices.trend(trendSchema.parse(body)),
      failed(body) {
        const failure = failureSchema.parse(body);
        notices.failed({ ...failure, reason: told(failure.reason) });
      },
    },
  );
  const call: typeof channel.call = (name, argument) =>
    channel.call(name, argument).catch((error) => {
      throw error instanceof RemoteError ? new RemoteError(told(error.message), error.type) : error;
    });
  return {
    channel: { ...channel, call },
    state: readState(api.getState()),
    save: (state) => api.setState(state),
  };
}
