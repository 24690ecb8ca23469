import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import { createChannel } from "../protocol/channel.ts";
import type { Series, SeriesRequest } from "../protocol/engine.ts";
import type {
  DashboardCalls,
  DashboardCommand,
  DashboardNotices,
  EngineStatus,
  PanelCalls,
  PanelNotices,
} from "../protocol/webview.ts";
import { createDeed } from "./context-keys.ts";
import { isCall, readRun, readSeriesRequest } from "./dashboard-messages.ts";
import { dashboardPage } from "./dashboard-page.ts";
import type { EngineHost, EngineState } from "./engine-host.ts";
import { CONTEXT, type CommandId } from "./ids.ts";
import type { LogView } from "./log-view.ts";
import { onOpening, opensLogView } from "./log-view-opening.ts";
import { outcomesOf } from "./panel-outcomes.ts";

const VIEW = "logMonitor.dashboard";
/** Snapshots come up to four times a second; charts of seconds need one. */
const EVERY = 1000;

/** What pages may ask for, as commands of the palette. */
export const COMMAND: Record<DashboardCommand, CommandId> = {
  start: "logMonitor.start",
  stop: "logMonitor.stop",
  pause: "logMonitor.pause",
  resume: "logMonitor.resume",
  output: "logMonitor.showOutput",
  addLog: "logMonitor.addLog",
  sample: "logMonitor.generateSampleLog",
  restart: "logMonitor.restartEngine",
  resetSink: "logMonitor.resetSink",
  allow: "logMonitor.allow",
  configure: "logMonitor.openConfiguration",
  dashboard: "logMonitor.openDashboard",
};

/**
 * The dashboard: at most one panel, which returns after a reload of the window. Its data are the engine's
 * history, so a panel that is hidden holds nothing and is sent nothing.
 */
export function createDashboard(
  context: Pick<vscode.ExtensionContext, "extensionUri">,
  engine: EngineHost,
  log: Pick<LogView, "show" | "countValues">,
): Disposable & { open(source?: string): void } {
  const own = createDisposables();
  const root = vscode.Uri.joinPath(context.extensionUri, "dist", "webview");
  let shown: vscode.WebviewPanel | undefined;
  let link: Link | undefined;

  const fill = (panel: vscode.WebviewPanel): void => {
    shown?.dispose();
    shown = panel;
    panel.iconPath = {
      light: vscode.Uri.joinPath(context.extensionUri, "media", "dashboard-light.svg"),
      dark: vscode.Uri.joinPath(context.extensionUri, "media", "dashboard-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    const parts = createDisposables();
    link = parts.add(connect(panel, engine, log));
    panel.onDidDispose(() => {
      parts.dispose();
      if (shown === panel) shown = undefined;
    });
    panel.webview.html = dashboardPage({
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, "dashboard.js")).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, "dashboard.css")).toString(),
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString("hex"),
      language: vscode.env.language,
      bundle: vscode.l10n.bundle,
      title: panel.title,
    });
  };

  own.add(
    vscode.window.registerWebviewPanelSerializer(VIEW, {
      deserializeWebviewPanel: async (panel) => fill(panel),
    }),
  );
  return {
    open(source) {
      if (shown) shown.reveal();
      else {
        // The options are given by `fill`, which serves a restored panel too.
        fill(vscode.window.createWebviewPanel(VIEW, "Log Monitor", vscode.ViewColumn.Active));
      }
      if (source !== undefined) link?.choose(source);
    },
    dispose() {
      own.dispose();
      shown?.dispose();
    },
  };
}

interface Link extends Disposable {
  /** Has the page show one source, as soon as it is there to be told. */
  choose(source: string): void;
}

/** Answers the page of a panel, and sends it snapshots while it is visible. */
function connect(
  panel: vscode.WebviewPanel,
  engine: EngineHost,
  log: Pick<LogView, "show" | "countValues">,
): Link {
  const own = createDisposables();
  // A page that is shown asks for the engine first: before that nobody listens.
  let listening = false;
  let chosen: string | undefined;
  const outcomes = outcomesOf(panel);
  const sawCharts = createDeed(CONTEXT.chartsSeen);
  const tellChosen = (): void => {
    if (chosen === undefined || !listening) return;
    channel.notify("choose", { source: chosen });
    chosen = undefined;
  };
  const channel = createChannel<PanelCalls, PanelNotices, DashboardCalls, DashboardNotices>(
    {
      post: (message) => void panel.webview.postMessage(message),
      listen: (receive) =>
        void own.add(panel.webview.onDidReceiveMessage((message) => isCall(message) && receive(message))),
    },
    {
      async series(body) {
        const series = await seriesOf(engine, readSeriesRequest(body));
        if (Object.values(series.sources).some(({ lines }) => lines.some(Boolean))) sawCharts();
        return series;
      },
      snapshot: () => engine.snapshot,
      lines: (target) => outcomes.of(() => log.show(target)),
      opens: opensLogView,
      setOpens: (opens) => outcomes.of(async () => (await import("./flows.ts")).setOpening(opens)),
      // What a page asked for just before it was hidden may come after that.
      async values(request) {
        if (panel.visible) await values.search(request);
      },
      save: (body) => outcomes.of(async () => (await import("./flows.ts")).saveFile(body)),
      engine() {
        outcomes.gone();
        listening = true;
        tellChosen();
        return statusOf(engine.state);
      },
      async run(body) {
        const { command, ...argument } = readRun(body);
        const given = Object.keys(argument).length > 0;
        await vscode.commands.executeCommand(COMMAND[command], given ? argument : undefined);
      },
    },
    {},
  );
  const values = own.add(
    log.countValues(
      (facets) => panel.visible && channel.notify("values", facets),
      (reason) => panel.visible && channel.notify("uncounted", { reason }),
    ),
  );
  const snapshots = own.add(
    createThrottle(() => {
      if (panel.visible && engine.snapshot) channel.notify("snapshot", engine.snapshot);
    }, EVERY),
  );
  own.add(onOpening((opens) => panel.visible && channel.notify("opens", opens)));
  own.add(engine.onSnapshot(() => panel.visible && snapshots.request()));
  own.add(engine.onState((state) => panel.visible && channel.notify("engine", statusOf(state))));
  own.add(
    panel.onDidChangeViewState(() => {
      listening &&= panel.visible;
      if (!panel.visible) values.end();
    }),
  );
  own.add({ dispose: () => channel.close("the dashboard was closed") });
  return {
    choose(source) {
      chosen = source;
      tellChosen();
    },
    dispose: () => own.dispose(),
  };
}

/** Looking at the dashboard starts no thread: where nothing is configured there is nothing to show. */
async function seriesOf(engine: EngineHost, request: SeriesRequest): Promise<Series> {
  if (engine.state.name !== "idle") return engine.call("series", request);
  return { times: [], step: 1, sources: {}, channels: {}, spool: [], sinks: {} };
}

export function statusOf(state: EngineState): EngineStatus {
  return "reason" in state ? { name: state.name, reason: state.reason } : { name: state.name };
}
