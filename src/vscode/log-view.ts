import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";
import type { FacetsTold, LogTarget } from "../protocol/log-view.ts";
import type { SavedQuery } from "../protocol/saved-queries.ts";
import { dashboardPage } from "./dashboard-page.ts";
import { createValues, type Values } from "./dashboard-values.ts";
import type { EngineHost } from "./engine-host.ts";
import { createLineDocuments } from "./line-document.ts";
import { targetOf } from "./log-target.ts";
import { opensLogView } from "./log-view-opening.ts";
import type { LogLink } from "./log-view-panel.ts";
import { createQueryThread } from "./log-view-thread.ts";
import type { Surroundings } from "./places.ts";

const VIEW = "logMonitor.log";

interface Parts {
  readonly context: Pick<vscode.ExtensionContext, "extensionUri" | "workspaceState">;
  readonly engine: EngineHost;
  readonly around: () => Surroundings;
  /** Starts the query thread. */
  readonly spawn: () => Worker;
  readonly log: Log;
}

export interface LogView extends Disposable {
  /**
   * @param source shows this one alone
   * @param path of it only this file
   */
  open(source?: string, path?: string): void;
  /** Lets a saved search be chosen, and shows it in the view at hand, or in a new one. */
  openSaved(): Promise<void>;
  /**
   * Shows what the dashboard's page asks for, in the view that was opened for it before when it is still there; where a
   * span was selected on a chart, beside the dashboard, which keeps the focus.
   */
  show(target: unknown): Promise<void>;
  /** Shows the lines before or behind those of the windowed document that is looked at. */
  moveLines(to: "earlier" | "later"): Promise<void>;
  /** Counts values for the dashboard's page. */
  countValues(tell: (facets: FacetsTold) => void, fail: (reason: string) => void): Values;
}

/**
 * Log views: as many panels as are wanted, which return after a reload of the window with what they searched for.
 * What they show is the embedded store's, so that one that is hidden holds nothing.
 */
export function createLogView({ context, engine, around, spawn, log }: Parts): LogView {
  const own = createDisposables();
  const root = vscode.Uri.joinPath(context.extensionUri, "dist", "webview");
  const thread = own.add(createQueryThread(spawn, log));
  const lines = own.add(createLineDocuments(thread));
  const panels = new Set<vscode.WebviewPanel>();
  const links = new Map<vscode.WebviewPanel, LogLink>();
  let views = 0;
  /** The view that the dashboard opened. */
  let drilled: vscode.WebviewPanel | undefined;

  const fill = async (
    panel: vscode.WebviewPanel,
    target: LogTarget,
    saved?: SavedQuery,
  ): Promise<LogLink> => {
    const view = ++views;
    const parts = createDisposables();
    panels.add(panel);
    panel.onDidDispose(() => {
      links.delete(panel);
      panels.delete(panel);
      if (drilled === panel) drilled = undefined;
      parts.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(context.extensionUri, "media", "log-view-light.svg"),
      dark: vscode.Uri.joinPath(context.extensionUri, "media", "log-view-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    // Loaded with the first view: it checks messages with a library that nothing else here needs.
    const { connectLogView } = await import("./log-view-panel.ts");
    const link = parts.add(
      connectLogView({
        panel,
        engine,
        around,
        thread,
        lines,
        kept: context.workspaceState,
        spawn,
        view,
        target,
        saved,
      }),
    );
    links.set(panel, link);
    panel.webview.html = dashboardPage({
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, "log.js")).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, "log.css")).toString(),
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString("hex"),
      language: vscode.env.language,
      bundle: vscode.l10n.bundle,
      title: panel.title,
    });
    return link;
  };

  own.add(
    vscode.window.registerWebviewPanelSerializer(VIEW, {
      async deserializeWebviewPanel(panel, state: { readonly led?: unknown } | undefined) {
        if (state?.led !== undefined) drilled ??= panel;
        await fill(panel, {});
      },
    }),
  );
  return {
    moveLines: (to) => lines.move(vscode.window.activeTextEditor, to),
    open(source, path) {
      const named = path === undefined ? source : basename(path);
      const title = named === undefined ? vscode.l10n.t("Log") : vscode.l10n.t("Log: {0}", named);
      const panel = vscode.window.createWebviewPanel(VIEW, title, vscode.ViewColumn.Active);
      void fill(panel, targetOf(source, path));
    },
    countValues: (tell, fail) => createValues({ engine, thread, view: ++views, tell, fail }),
    async show(body) {
      const { readTarget } = await import("./log-view-panel.ts");
      const target = readTarget(body);
      const along = target.charts?.along;
      if (along && !opensLogView()) return;
      const { Active, Beside } = vscode.ViewColumn;
      const link = drilled && links.get(drilled);
      if (drilled && link) {
        link.show(target);
        const { visible, viewColumn } = drilled;
        if (!along) drilled.reveal();
        else if (along === "selected" && !visible) {
          // One that lies behind the dashboard would hide it.
          const here = viewColumn === vscode.window.tabGroups.activeTabGroup.viewColumn;
          drilled.reveal(here ? Beside : viewColumn, true);
        }
      } else if (along !== "moved") {
        const place = { viewColumn: along ? Beside : Active, preserveFocus: along !== undefined };
        drilled = vscode.window.createWebviewPanel(VIEW, vscode.l10n.t("Log"), place);
        await fill(drilled, target);
      }
    },
    async openSaved() {
      const [active, link] = [...links].find(([panel]) => panel.active) ?? [];
      const { pickSavedQuery } = await import("./flows.ts");
      const { savedQueries } = await import("./saved-queries.ts");
      const query = await pickSavedQuery(undefined, { engine, around }, savedQueries);
      if (query === undefined) return;
      if (active && links.has(active)) {
        link?.apply(query);
        active.reveal();
      } else
        void fill(
          vscode.window.createWebviewPanel(VIEW, vscode.l10n.t("Log"), vscode.ViewColumn.Active),
          {},
          query,
        );
    },
    dispose() {
      for (const panel of panels) panel.dispose();
      own.dispose();
    },
  };
}
