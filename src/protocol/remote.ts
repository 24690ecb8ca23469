import type { ExportFormat } from "../lib/export-format.ts";
import type { ExportProgress, Shown } from "./log-details.ts";
import type { QueryCalls, QueryNotices } from "./log-view.ts";

/** Kinds of sinks that write what can be searched. */
export const SEARCHED: readonly string[] = ["elasticsearch", "opensearch"];

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
  | "shown"
  | "close";

/** Only the engine's thread knows how to sign in: it asks the servers. */
export type RemoteCall =
  | QuestionOfView
  | {
      readonly name: "export";
      readonly argument: RemoteExportRequest;
    }
  | { readonly name: "cancelExport"; readonly argument: Pick<RemoteExportRequest, "job"> };

/** Writes what a search finds, as a page asked for it, to a new file. */
export interface RemoteExportRequest {
  /** Tells exports apart. */
  readonly job: string;
  readonly request: unknown;
  readonly path: string;
  readonly format: ExportFormat;
  readonly shown?: Shown | undefined;
}

type QuestionOfView = {
  [Name in RemoteName]: {
    readonly name: Name;
    readonly argument: Name extends "search"
      ? { readonly view: number; readonly request: unknown }
      : QueryCalls[Name][0];
  };
}[RemoteName];

/** What it tells of a search, as the query thread does. */
export type RemoteTold =
  | ToldOfView
  | { readonly name: "exported"; readonly told: ExportProgress & Pick<RemoteExportRequest, "job"> };

export type ToldOfView = {
  [Name in Exclude<keyof QueryNotices, "exported" | "trend">]: {
    readonly name: Name;
    readonly told: QueryNotices[Name];
  };
}[Exclude<keyof QueryNotices, "exported" | "trend">];
