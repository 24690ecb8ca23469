import type { QueryCalls, QueryNotices } from "./log-view.ts";

/** What a page may ask of a view whose search is in a remote index, by the names of the query thread's calls. */
export type RemoteName =
  | "search"
  | "rows"
  | "names"
  | "suggest"
  | "details"
  | "live"
  | "facets"
  | "place"
  | "bytes"
  | "links"
  | "close";

/** Only the engine's thread knows how to sign in: it asks the servers. */
export type RemoteCall = {
  [Name in RemoteName]: {
    readonly name: Name;
    readonly argument: Name extends "search"
      ? { readonly view: number; readonly request: unknown }
      : QueryCalls[Name][0];
  };
}[RemoteName];

/** What it tells of a search, as the query thread does. */
export type RemoteTold = {
  [Name in Exclude<keyof QueryNotices, "exported">]: {
    readonly name: Name;
    readonly told: QueryNotices[Name];
  };
}[Exclude<keyof QueryNotices, "exported">];
