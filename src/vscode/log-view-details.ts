import * as vscode from "vscode";
import { termOf } from "../lib/query-term.ts";
import type { Fields } from "../model.ts";
import { followRequest } from "../protocol/log-details.ts";
import { copyRequest, type Details, keyRequest } from "../protocol/log-view.ts";
import type { EngineHost } from "./engine-host.ts";
import type { LineDocuments } from "./line-document.ts";
import type { Searcher } from "./log-view-remote.ts";
import type { Outcomes } from "./outcomes.ts";
import { jsonOf, markdownOf } from "./record-copies.ts";

interface Parts {
  readonly panel: vscode.WebviewPanel;
  readonly engine: EngineHost;
  readonly thread: Pick<Searcher, "call">;
  readonly view: number;
  readonly lines: Pick<LineDocuments, "open">;
  readonly outcomes: Outcomes;
}

/** What a page may ask about one record. */
export function detailHandlers({ panel, engine, thread, view, lines, outcomes }: Parts) {
  const details = (body: unknown): Promise<Details> => thread.call("details", { view, request: body });
  return {
    details,
    bytes: (request: unknown) => thread.call("bytes", { view, request }),
    async fates(body: unknown) {
      const { id, sentAs, source, file, level, error, fields, ...rest } = await details(
        keyRequest.parse(body),
      );
      // Ids begin with the hash of the source and the generation of its file.
      const origin = { source, file, key: id.slice(0, id.lastIndexOf("-")) };
      const record = { ...rest, origin, level, error, fields: fields as Fields, precision: "ns" } as const;
      return engine.call("fates", { id: sentAs, record });
    },
    async open(body: unknown) {
      const { file, offset, line } = await thread.call("place", { view, request: keyRequest.parse(body) });
      await outcomes.of(async () => {
        if (line === undefined) return lines.open(file, offset, besides(panel));
        await (await import("./flows.ts")).openLine(file, line, besides(panel));
      });
    },
    async follow(body: unknown) {
      const { link, ...request } = followRequest.parse(body);
      const links = await thread.call("links", { view, request });
      const chosen = link === undefined ? links : links.slice(link, link + 1);
      await outcomes.of(async () => (await import("./flows.ts")).openFrame(chosen, besides(panel)));
    },
    async copy(body: unknown) {
      const { as, ...request } = copyRequest.parse(body);
      const record = await details(request);
      const text = {
        line: () => record.raw,
        json: () => jsonOf(record),
        markdown: () => markdownOf(record),
        filter: () => termOf("id", record.sentAs),
      }[as];
      await vscode.env.clipboard.writeText(text());
    },
  };
}

/** A group of editors other than the view's, which an editor would hide. */
export function besides({ viewColumn }: vscode.WebviewPanel): vscode.ViewColumn {
  const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== viewColumn);
  return other?.viewColumn ?? vscode.ViewColumn.Beside;
}
