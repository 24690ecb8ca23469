import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { reasonOf, UserError } from "../errors.ts";
import type { ExportFormat } from "../lib/export-format.ts";
import { createChannel } from "../protocol/channel.ts";
import type { ExportProgress } from "../protocol/log-details.ts";
import type { QueryCalls, QueryNotices } from "../protocol/log-view.ts";

type NoCalls = Record<never, never>;

/** What is searched for, as the page asked for it. */
export interface Asked {
  readonly dataDir: string;
  readonly request: unknown;
}

export type Outcome =
  | { readonly cancelled: true }
  | { readonly records: number; readonly missing: number; readonly file: string };

const ENDINGS: Record<ExportFormat, string> = { ndjson: "ndjson", csv: "csv", text: "log" };

/**
 * Asks how and where to, and has a thread of its own write what a search finds. The file appears when it is whole:
 * what was written is removed when it is cancelled or fails.
 * @param spawn starts a query thread
 */
export async function exportResult(asked: Asked, spawn: () => Worker): Promise<Outcome> {
  const { l10n } = vscode;
  const formats: (vscode.QuickPickItem & { readonly format: ExportFormat })[] = [
    { format: "ndjson", label: "NDJSON", detail: l10n.t("One JSON object a line: everything that is known") },
    { format: "csv", label: "CSV", detail: l10n.t("A table with one column a field") },
    { format: "text", label: l10n.t("Text"), detail: l10n.t("The lines as they were read") },
  ];
  const format = (await vscode.window.showQuickPick(formats, { title: l10n.t("Export the lines found as") }))
    ?.format;
  if (!format) return { cancelled: true };
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const name = `log-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.${ENDINGS[format]}`;
  const target = await vscode.window.showSaveDialog({
    title: l10n.t("Export"),
    filters: { [format.toUpperCase()]: [ENDINGS[format]] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
  });
  if (!target) return { cancelled: true };
  if (target.scheme !== "file")
    throw new UserError(l10n.t("An export is written to a file of this machine."));
  const { fsPath: file } = target;
  // In the same folder, so that it becomes the file in one step.
  const part = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    const written = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: l10n.t("Exporting to {0}", file),
        cancellable: true,
      },
      (progress, token) => write({ ...asked, path: part, format }, spawn, progress, token),
    );
    if (!written) return { cancelled: true };
    await rename(part, file);
    return { records: written.records, missing: written.missing, file };
  } finally {
    await rm(part, { force: true });
  }
}

/** Undefined: it was cancelled. The thread has ended when this returns. */
async function write(
  what: QueryCalls["export"][0],
  spawn: () => Worker,
  progress: vscode.Progress<{ readonly message: string; readonly increment: number }>,
  token: vscode.CancellationToken,
): Promise<ExportProgress | undefined> {
  const worker = spawn();
  const number = new Intl.NumberFormat(vscode.env.language);
  let told = 0;
  const channel = createChannel<QueryCalls, NoCalls, NoCalls, QueryNotices>(
    {
      post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
      listen: (receive) => void worker.on("message", receive),
    },
    {},
    {
      progress: () => undefined,
      failed: () => undefined,
      exported({ records, total }) {
        const share = total === 0 ? 100 : (100 * records) / total;
        const message = vscode.l10n.t("{0} of {1} lines", number.format(records), number.format(total));
        progress.report({ message, increment: share - told });
        told = share;
      },
    },
  );
  worker.on("error", (error) => channel.close(reasonOf(error)));
  worker.on("exit", (code) => channel.close(`the thread ended with code ${code}`));
  token.onCancellationRequested(() => channel.close("cancelled"));
  try {
    return await channel.call("export", what);
  } catch (error) {
    if (token.isCancellationRequested) return undefined;
    throw error;
  } finally {
    await worker.terminate();
  }
}
