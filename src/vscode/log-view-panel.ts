import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Snapshot } from "../model.ts";
import { createChannel } from "../protocol/channel.ts";
import { exportRequest } from "../protocol/log-details.ts";
import { type LogCalls, type LogNotices, type LogTarget, logTarget } from "../protocol/log-view.ts";
import { pickRequest, type SavedQuery } from "../protocol/saved-queries.ts";
import type { Standing } from "../protocol/webview.ts";
import { createDeed } from "./context-keys.ts";
import { COMMAND, statusOf } from "./dashboard.ts";
import { isCall, readRun } from "./dashboard-messages.ts";
import type { EngineHost } from "./engine-host.ts";
import { indexWriter, storeWriter, type Write } from "./export-file.ts";
import { createHearing } from "./hearing.ts";
import { CONTEXT } from "./ids.ts";
import type { LineDocuments } from "./line-document.ts";
import { detailHandlers } from "./log-view-details.ts";
import { createSearcher, onPlaces, placed, placesOf } from "./log-view-remote.ts";
import type { QueryThread } from "./log-view-thread.ts";
import { lossesOf, onLosses } from "./losses.ts";
import { outcomesOf } from "./panel-outcomes.ts";
import type { Surroundings } from "./places.ts";
import { createQueryHistory } from "./query-history.ts";
import { savedQueries } from "./saved-queries.ts";

type NoCalls = Record<never, never>;

interface Parts {
  readonly panel: vscode.WebviewPanel;
  readonly engine: EngineHost;
  readonly around: () => Surroundings;
  readonly thread: QueryThread;
  readonly lines: Pick<LineDocuments, "open">;
  /** What the editor keeps of the workspace. */
  readonly kept: vscode.Memento;
  /** Starts a thread of an export's own. */
  readonly spawn: () => Worker;
  /** Tells the views apart. */
  readonly view: number;
  /** What the view was opened for. */
  readonly target: LogTarget;
  /** A saved search that it was opened for. */
  readonly saved?: SavedQuery | undefined;
}

export interface LogLink extends Disposable {
  /** Shows something else in the view. */
  show(target: LogTarget): void;
  apply(query: SavedQuery): void;
}

/**
 * Answers the page of one log view. What it asks of the store goes to the query thread, which checks it; what it
 * asks of the editor is checked here.
 */
export function connectLogView(parts: Parts): LogLink {
  const { panel, engine, lines, spawn, view, target, saved } = parts;
  const history = createQueryHistory(parts.kept);
  const thread = createSearcher(parts.thread, engine);
  const own = createDisposables();
  const sawLines = createDeed(CONTEXT.linesSeen);
  const outcomes = outcomesOf(panel);
  /** What a page that begins is told. */
  let toTell: readonly LogTarget[] = [target];
  let savedToTell = saved;
  /** The page has asked for saved searches: it shows one that it is told from then on. */
  let takesSaved = false;
  let listening = false;
  /** Writes what was searched for last. */
  let found: Write | undefined;

  const channel = createChannel<NoCalls, LogNotices, LogCalls, NoCalls>(
    {
      post: (message) => void panel.webview.postMessage(message),
      listen: (receive) =>
        void own.add(panel.webview.onDidReceiveMessage((message) => isCall(message) && receive(message))),
    },
    {
      async search(request) {
        if (engine.state.name === "idle")
          throw new UserError(vscode.l10n.t("No log is watched yet: use Add Log… first."));
        // What a page asked for just before it was hidden may come after that; nobody hears the answer.
        const dataDir = panel.visible ? await hearing.begin() : undefined;
        if (dataDir === undefined) return {};
        const answer = await thread.call("search", { view, dataDir, request });
        if (!answer.problem)
          found = thread.remote ? indexWriter(engine, request) : storeWriter(spawn, { dataDir, request });
        return answer;
      },
      async rows(request) {
        const answer = await thread.call("rows", { view, request });
        if (answer.rows.length > 0) sawLines();
        return answer;
      },
      names: (request) => thread.call("names", { view, request }),
      suggest: (request) => thread.call("suggest", { view, request }),
      queries() {
        if (savedToTell !== undefined) channel.notify("apply", savedToTell);
        savedToTell = undefined;
        takesSaved = true;
        return savedQueries.all();
      },
      history: () => history.all(),
      asked: (query) => history.add(query),
      places: () => placesOf(engine),
      losses: () => lossesOf(engine),
      async pickQuery(body) {
        const { now } = pickRequest.parse(body);
        const { pickSavedQuery } = await import("./flows.ts");
        const query = await outcomes.of(() => pickSavedQuery(now, parts, savedQueries));
        return query === undefined ? {} : { query };
      },
      live: (request) => thread.call("live", { view, request }),
      facets: (request) => thread.call("facets", { view, request }),
      trend: async (request) => (thread.remote ? undefined : thread.call("trend", { view, request })),
      ...detailHandlers({ panel, engine, thread, view, lines, outcomes }),
      async export(body) {
        const write = found;
        if (!write) return { cancelled: true };
        const { search, paused } = exportRequest.parse(body);
        return outcomes.of(
          async () => {
            // As it is when it is asked for, and not when it is known where to.
            const shown = paused ? await thread.call("shown", { view, request: { search } }) : undefined;
            return (await import("./flows.ts")).exportResult(write, shown);
          },
          async (outcome) => (await import("./flows.ts")).tellExported(outcome),
        );
      },
      async run(body) {
        const { command, source } = readRun(body);
        await vscode.commands.executeCommand(COMMAND[command], source === undefined ? undefined : { source });
      },
      standing: () => ({ engine: statusOf(engine.state), ...withoutFiles(engine.snapshot) }),
      opened() {
        outcomes.gone();
        const told = toTell;
        toTell = [];
        listening = true;
        return told.map((one) => placed(engine, one));
      },
    },
    {},
  );

  const hearing = own.add(
    createHearing(engine, thread, view, {
      progress: (progress) => panel.visible && channel.notify("progress", progress),
      facets: (facets) => panel.visible && channel.notify("facets", facets),
      trend: (trend) => panel.visible && channel.notify("trend", trend),
      failed: (failure) => panel.visible && channel.notify("failed", failure),
    }),
  );
  own.add(savedQueries.onChange(() => panel.visible && channel.notify("queries", savedQueries.all())));
  own.add(onPlaces(engine, (places) => panel.visible && channel.notify("places", places)));
  own.add(onLosses(engine, (losses) => panel.visible && channel.notify("losses", losses)));
  // A page that is hidden is gone: it begins anew when it is seen again.
  own.add(
    panel.onDidChangeViewState(() => {
      if (panel.visible) return;
      listening = false;
      takesSaved = false;
      hearing.end();
    }),
  );
  own.add({ dispose: () => channel.close("the log view was closed") });
  return {
    show(next) {
      if (listening) channel.notify("show", placed(engine, next));
      // What takes it along is about what it will be by then.
      else toTell = next.charts?.along ? [...toTell, next] : [next];
    },
    apply(query) {
      if (takesSaved) channel.notify("apply", query);
      else savedToTell = query;
    },
    dispose: () => own.dispose(),
  };
}

function withoutFiles(snapshot: Snapshot | undefined): Pick<Standing, "snapshot"> {
  if (!snapshot) return {};
  const { sources, followed, store } = snapshot;
  return {
    snapshot: {
      sources: sources.map((source) => ({ ...source, files: [] })),
      ...(followed && { followed }),
      ...(store && { store }),
    },
  };
}

/** What a page asks another view to be opened for. Throws ZodError when it is nothing of the kind. */
export const readTarget = (body: unknown): LogTarget => logTarget.parse(body);
