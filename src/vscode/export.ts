import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { ExportFormat } from "../lib/export-format.ts";
import type { Shown } from "../protocol/log-details.ts";
import { exportFile, type Write } from "./export-file.ts";
import { localFolders } from "./folders.ts";
import { texts } from "./texts.ts";

export type Outcome =
  | { readonly cancelled: true }
  | { readonly records: number; readonly missing: number; readonly file: string };

const ENDINGS: Record<ExportFormat, string> = { ndjson: "ndjson", csv: "csv", text: "log" };

/**
 * Asks how and where to, and has what a search finds written there (see `exportFile`), told of by a progress that
 * cancels.
 * @param shown of a view that is paused
 */
export async function exportResult(write: Write, shown?: Shown): Promise<Outcome> {
  const { l10n } = vscode;
  const formats: (vscode.QuickPickItem & { readonly format: ExportFormat })[] = [
    { format: "ndjson", label: "NDJSON", detail: l10n.t("One JSON object a line: everything that is known") },
    { format: "csv", label: "CSV", detail: l10n.t("A table with one column a field") },
    { format: "text", label: l10n.t("Text"), detail: l10n.t("The lines as they were read") },
  ];
  const format = (await vscode.window.showQuickPick(formats, { title: l10n.t("Export the lines found as") }))
    ?.format;
  if (!format) return { cancelled: true };
  const [folder] = localFolders();
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
  const written = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t("Exporting to {0}", file),
      cancellable: true,
    },
    (progress, token) => {
      const cancelling = new AbortController();
      token.onCancellationRequested(() => cancelling.abort());
      let told = 0;
      return exportFile({
        write,
        format,
        shown,
        file,
        signal: cancelling.signal,
        progress({ records, total }) {
          const share = total === 0 ? 100 : (100 * records) / total;
          const message = l10n.t("{0} of {1} lines", texts.whole(records), texts.whole(total));
          progress.report({ message, increment: share - told });
          told = share;
        },
      });
    },
  );
  return written ? { records: written.records, missing: written.missing, file } : { cancelled: true };
}
