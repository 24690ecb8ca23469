import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { EngineHost } from "./engine-host.ts";
import { localFolders } from "./folders.ts";
import { createFoundRows } from "./found-rows.ts";
import { typedPath } from "./new-source.ts";
import { recentFirst } from "./recent-logs.ts";
import { texts } from "./texts.ts";

const RECENT = 10;
/** How long (ms) nothing is shown while the workspace is searched for logs. */
const PATIENCE = 1_000;
const LOGS = "**/*.{log,out,jsonl,ndjson}";
const NOT_LOGS = "**/{node_modules,.git,.log-monitor}/**";

type Item = vscode.QuickPickItem &
  ({ readonly path: string } | { readonly browse: true } | { readonly glob: true });

/** Paths of the files that are read. */
export function watchedPaths({ snapshot }: Pick<EngineHost, "snapshot">): ReadonlySet<string> {
  const files = (snapshot?.sources ?? []).flatMap((source) => source.files);
  return new Set(files.filter(({ stream }) => !stream).map(({ path }) => path));
}

/**
 * Asks for a log: one of those changed last in the workspace, one from the open dialog, or a typed path or
 * glob. Undefined when the user thought better of it.
 *
 * @param watched paths of files that are read already: they are told to be, and come last
 * @throws UserError for one that is on no file system of this machine
 */
export async function pickFile(title: string, watched: ReadonlySet<string>): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const browse: Item = {
    label: vscode.l10n.t("Browse…"),
    iconPath: new vscode.ThemeIcon("folder-opened"),
    browse: true,
    alwaysShow: true,
  };
  const recent = createFoundRows<Item>();
  const globOf = (typed: string): Item => ({
    label: vscode.l10n.t('Watch "{0}"', typed),
    iconPath: new vscode.ThemeIcon("regex"),
    description: vscode.l10n.t("path or glob, may not exist yet"),
    glob: true,
    alwaysShow: true,
  });
  const fill = (): void => {
    const typed = pick.value.trim();
    pick.items = recent.among(typed ? [globOf(typed), browse] : [browse]) ?? [];
  };
  pick.title = title;
  pick.placeholder = vscode.l10n.t("Choose a log, or type a path or glob such as logs/*.log");
  pick.matchOnDescription = true;
  pick.busy = true;
  recentLogs(watched)
    // A search that fails, as that of a folder that has gone, leaves the other ways.
    .catch(() => [])
    .then((found) => {
      pick.busy = false;
      recent.found(found);
      fill();
    });
  const patience = setTimeout(() => {
    recent.late();
    fill();
  }, PATIENCE);
  pick.onDidChangeValue(fill);
  try {
    const chosen = await new Promise<Item | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const typed = pick.value.trim();
        // What is typed is meant as long as no row is there.
        const item = pick.selectedItems[0] ?? (typed ? globOf(typed) : undefined);
        if (item) resolve(item);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
    if (!chosen) return undefined;
    if ("path" in chosen) return chosen.path;
    if ("glob" in chosen) {
      const folders = localFolders().map(({ name, uri }) => ({ name, path: uri.fsPath }));
      return typedPath(pick.value.trim().replace(/^~(?=[/\\])/, homedir()), folders);
    }
  } finally {
    clearTimeout(patience);
    pick.dispose();
  }
  const [file] = (await vscode.window.showOpenDialog({ title, canSelectMany: false })) ?? [];
  if (file && file.scheme !== "file")
    throw new UserError(
      vscode.l10n.t("Only files of this machine can be followed: {0}", file.toString(true)),
    );
  return file?.fsPath;
}

async function recentLogs(watched: ReadonlySet<string>): Promise<readonly Item[]> {
  const found = await vscode.workspace.findFiles(LOGS, NOT_LOGS, 500);
  const files = await Promise.all(
    found
      .filter(({ scheme }) => scheme === "file")
      .map(async ({ fsPath }) => {
        // A file that went since it was listed is no longer worth offering.
        const { mtimeMs = 0, size = 0 } = await stat(fsPath).catch(
          () => ({}) as { mtimeMs?: number; size?: number },
        );
        return { path: fsPath, mtimeMs, size };
      }),
  );
  const there = files.filter(({ mtimeMs }) => mtimeMs > 0);
  return recentFirst(there, watched, RECENT).map(({ path, mtimeMs, size }) => {
    const told = [texts.moment(mtimeMs), texts.bytes(size)];
    if (watched.has(path)) told.push(vscode.l10n.t("watched already"));
    return { label: vscode.workspace.asRelativePath(path), description: told.join(" · "), path };
  });
}
