import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import type { Snapshot } from "../model.ts";
import { changesBetween } from "./changes.ts";
import type { EngineHost } from "./engine-host.ts";
import { markdownTable, plain } from "./markdown.ts";
import type { Row } from "./rows.ts";

/** A source with more files than this starts collapsed. */
const MANY = 20;

/** What the editor holds of a row, and what commands on it are given: the same object as long as the row lives. */
export interface Handle {
  readonly id: string;
  readonly source: string | undefined;
  readonly path: string | undefined;
}

export interface Tree extends Disposable {
  readonly view: vscode.TreeView<Handle>;
  readonly provider: vscode.TreeDataProvider<Handle>;
}

/** A view of the snapshots: drawn again at most once a second, only where it changed, and never while hidden. */
export function createTree(
  id: string,
  engine: EngineHost,
  rowsOf: (snapshot: Snapshot) => readonly Row[],
): Tree {
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<Handle[] | undefined>());
  const handles = new Map<string, Handle>();
  let roots: readonly Row[] = engine.snapshot ? rowsOf(engine.snapshot) : [];
  let rows = index(roots);

  const handle = (row: Row): Handle => {
    const known = handles.get(row.id);
    if (known) return known;
    const made: Handle = { id: row.id, source: row.source, path: row.path };
    handles.set(row.id, made);
    return made;
  };

  const provider: vscode.TreeDataProvider<Handle> = {
    onDidChangeTreeData: changed.event,
    getChildren: (parent) => (parent ? (rows.get(parent.id)?.rows ?? []) : roots).map(handle),
    getParent({ source, path }) {
      return source !== undefined && path !== undefined ? handles.get(`source:${source}`) : undefined;
    },
    getTreeItem(element) {
      const row = rows.get(element.id);
      return row ? itemOf(row) : new vscode.TreeItem("");
    },
    resolveTreeItem(item, element) {
      const row = rows.get(element.id);
      if (row) item.tooltip = tooltipOf(row);
      return item;
    },
  };

  const view = own.add(
    vscode.window.createTreeView(id, { treeDataProvider: provider, showCollapseAll: true }),
  );
  const draw = own.add(
    createThrottle(() => {
      if (!view.visible || !engine.snapshot) return;
      const next = rowsOf(engine.snapshot);
      const changes = changesBetween(roots, next);
      roots = next;
      rows = index(roots);
      for (const known of handles.keys()) if (!rows.has(known)) handles.delete(known);
      if (changes === "all") changed.fire(undefined);
      else if (changes.length > 0) changed.fire(changes.flatMap((change) => handles.get(change) ?? []));
    }, 1000),
  );
  own.add(engine.onSnapshot(() => draw.request()));
  own.add(view.onDidChangeVisibility(() => draw.request()));
  return { view, provider, dispose: () => own.dispose() };
}

function index(roots: readonly Row[]): Map<string, Row> {
  return new Map(roots.flatMap((row) => [row, ...row.rows]).map((row) => [row.id, row]));
}

function itemOf(row: Row): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const open = row.rows.length > MANY ? Collapsed : Expanded;
  // Also a source without files yet: a row that becomes a parent later would stay shut.
  const parent = row.source !== undefined && row.path === undefined;
  const item = new vscode.TreeItem(row.label, parent ? open : None);
  item.id = row.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color ? new vscode.ThemeColor(row.color) : undefined);
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.aria };
  if (row.path !== undefined && row.context.startsWith("file.")) {
    const { source, path } = row;
    item.command = { command: "logMonitor.openLog", title: "", arguments: [{ id: row.id, source, path }] };
  }
  return item;
}

function tooltipOf(row: Row): vscode.MarkdownString {
  const lines = row.details().map(([label, value]) => `- ${plain(`${label}: ${value}`)}`);
  const table = markdownTable(row.table?.() ?? []);
  return new vscode.MarkdownString(`**${plain(row.label)}**\n\n${lines.join("\n")}\n${table}`);
}
