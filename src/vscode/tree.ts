import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import type { Snapshot } from "../model.ts";
import { createCalm } from "./calm.ts";
import { changesBetween } from "./changes.ts";
import type { EngineHost } from "./engine-host.ts";
import { markdownTable, plain } from "./markdown.ts";
import { createOpenRows, type OpenRows } from "./open-rows.ts";
import type { Row } from "./rows.ts";
import { span, sparkline } from "./sparkline.ts";
import { texts } from "./texts.ts";

/** What the editor holds of a row, and what commands on it are given: the same object as long as the row lives. */
export interface Handle {
  readonly id: string;
  readonly source: string | undefined;
  readonly path: string | undefined;
}

export interface Tree extends Disposable {
  readonly view: vscode.TreeView<Handle>;
  readonly provider: vscode.TreeDataProvider<Handle>;
  /** The rows are to be made anew, though the figures are the same. */
  redraw(): void;
  /** The editor shows a row another way than it is told to: it is told again. */
  spoilt(id: string): void;
  /** Something was done with one of its rows by a command. */
  touched(): void;
}

/**
 * A view of the snapshots: drawn again at most once a second, only where it changed, when `calm.ts` finds that it may
 * be, and never while hidden.
 */
export function createTree(
  id: string,
  engine: EngineHost,
  memento: vscode.Memento,
  rowsOf: (snapshot: Snapshot) => readonly Row[],
): Tree {
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<Handle[] | undefined>());
  const opened = createOpenRows(memento, `${id}.open`);
  const calm = createCalm();
  const handles = new Map<string, Handle>();
  let roots: readonly Row[] = engine.snapshot ? rowsOf(engine.snapshot) : [];
  let rows = index(roots);
  let parents = parentsOf(roots);
  let later: NodeJS.Timeout | undefined;
  const spoilt = new Set<string>();

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
    getParent: (element) => handles.get(parents.get(element.id) ?? ""),
    getTreeItem(element) {
      const row = rows.get(element.id);
      return row ? itemOf(row, opened) : new vscode.TreeItem("");
    },
    async resolveTreeItem(item, element) {
      const row = rows.get(element.id);
      if (!row) return item;
      calm.read(row.id);
      item.tooltip = tooltipOf(row, row.chart && (await charted(row.chart, engine)));
      return item;
    },
  };

  const view = own.add(
    vscode.window.createTreeView(id, {
      treeDataProvider: provider,
      showCollapseAll: true,
      manageCheckboxStateManually: true,
    }),
  );
  const draw = own.add(
    createThrottle(() => {
      clearTimeout(later);
      if (!view.visible || !engine.snapshot) return;
      const next = calm.settle(roots, rowsOf(engine.snapshot));
      if (calm.due !== undefined) later = setTimeout(() => draw.request(), calm.due);
      const above = parentsOf(next);
      // A row that is below another one now would be there twice for a moment, which the editor refuses.
      const moved = [...above].some(([id, parent]) => parents.has(id) && parents.get(id) !== parent);
      const changes = moved ? "all" : changesBetween(roots, next);
      roots = next;
      rows = index(roots);
      parents = above;
      for (const known of handles.keys()) if (!rows.has(known)) handles.delete(known);
      const others = [...calm.stale(), ...spoilt];
      spoilt.clear();
      if (changes === "all") return changed.fire(undefined);
      const these = new Set([...changes, ...others]);
      if (these.size > 0) changed.fire([...these].flatMap((change) => handles.get(change) ?? []));
    }, 1000),
  );
  own.add({ dispose: () => clearTimeout(later) });
  own.add(engine.onSnapshot(() => draw.request()));
  own.add(view.onDidChangeVisibility(() => draw.request()));
  const noteOpen = (id: string, open: boolean): void => {
    calm.touched();
    opened.note(id, open);
  };
  own.add(view.onDidExpandElement(({ element }) => noteOpen(element.id, true)));
  own.add(view.onDidCollapseElement(({ element }) => noteOpen(element.id, false)));
  own.add(view.onDidChangeSelection(calm.touched));
  own.add(view.onDidChangeCheckboxState(calm.touched));
  return {
    view,
    provider,
    redraw: () => draw.request(),
    spoilt(id) {
      spoilt.add(id);
      draw.request();
    },
    touched: calm.touched,
    dispose: () => own.dispose(),
  };
}

function index(roots: readonly Row[]): Map<string, Row> {
  return new Map(roots.flatMap(withRows).map((row) => [row.id, row]));
}

function withRows(row: Row): readonly Row[] {
  return [row, ...row.rows.flatMap(withRows)];
}

/** What each row is below; undefined at the top. */
function parentsOf(
  rows: readonly Row[],
  parent?: string,
  into = new Map<string, string | undefined>(),
): ReadonlyMap<string, string | undefined> {
  for (const row of rows) {
    into.set(row.id, parent);
    parentsOf(row.rows, row.id, into);
  }
  return into;
}

function itemOf(row: Row, opened: OpenRows): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  // Also a source without files yet: a row that becomes a parent later would stay shut.
  const state = row.open === undefined ? None : opened.isOpen(row.id, row.open) ? Expanded : Collapsed;
  const item = new vscode.TreeItem(row.label, state);
  item.id = row.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color ? new vscode.ThemeColor(row.color) : undefined);
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.aria };
  if (row.check) {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    item.checkboxState = {
      state: row.check.on ? Checked : Unchecked,
      tooltip: row.check.tooltip,
      accessibilityInformation: { label: `${row.label}: ${row.check.tooltip}` },
    };
  }
  if (row.path !== undefined && row.context.startsWith("file.")) {
    const { source, path } = row;
    item.command = { command: "logMonitor.openLog", title: "", arguments: [{ id: row.id, source, path }] };
  }
  return item;
}

type Charted = ReturnType<typeof sparkline>;

/** What the engine remembers of the last minutes; undefined where it can't tell at present. */
async function charted(chart: NonNullable<Row["chart"]>, engine: EngineHost): Promise<Charted | undefined> {
  try {
    const request = span(Date.now());
    return sparkline(await engine.call("series", request), chart, request.from, texts);
  } catch {
    return undefined;
  }
}

function tooltipOf(row: Row, chart: Charted | undefined): vscode.MarkdownString {
  const spark = chart ? [[vscode.l10n.t("Last 10 minutes"), chart.words] as const] : [];
  const lines = [...spark, ...row.details()].map(([label, value]) => `- ${plain(`${label}: ${value}`)}`);
  const picture = chart ? `\n\n\`${chart.picture}\`` : "";
  const table = markdownTable(row.table?.() ?? []);
  return new vscode.MarkdownString(`**${plain(row.label)}**${picture}\n\n${lines.join("\n")}\n${table}`);
}
