import { join } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { writeSource } from "./add-log.ts";
import { localFolders } from "./folders.ts";
import type { SampleLog } from "./sample.ts";
import type { SettingsTools } from "./settings-entry.ts";

/**
 * Has a sample log written in the first folder, and watches it.
 * @throws UserError in Restricted Mode, and where no folder is open
 */
export async function generateSample(sample: SampleLog, tools: SettingsTools): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    throw new UserError(vscode.l10n.t("In Restricted Mode no program is run: trust the workspace first."));
  }
  const [folder] = localFolders();
  if (!folder) throw new UserError(vscode.l10n.t("Open a folder first: the sample log is written there."));
  const path = join(folder.uri.fsPath, "logs", "sample-access.log");
  await sample.start(path);
  await writeSource(path, (paths) => ({ type: "file", paths, parser: "nginx", from: "start" }), tools);
}
