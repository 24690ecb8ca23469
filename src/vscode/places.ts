import { join } from "node:path";
import type { ConfigInput, ConfigIssue } from "../protocol/engine.ts";

/** The file a refused value stands in, and whether its keys are settings (else it is a configuration file). */
export interface IssueFile {
  readonly path: string;
  /** Keys above the settings: a .code-workspace keeps them under "settings". */
  readonly within: readonly string[] | undefined;
}

export interface Surroundings {
  readonly folders: ConfigInput["folders"];
  /** The open .code-workspace. */
  readonly workspaceFile: string | undefined;
  /** This extension's folder in the user's data, from which the user's settings can be found on the desktop. */
  readonly globalStorage: string;
}

/** Where to look for the value of an issue; undefined where there is none (a default, an argument). The file may not exist. */
export function fileOfIssue(issue: ConfigIssue, around: Surroundings): IssueFile | undefined {
  if (issue.file !== undefined && issue.origin === "file") return { path: issue.file, within: undefined };
  switch (issue.origin) {
    case "user":
      return { path: userSettings(around), within: [] };
    case "workspace":
      if (around.workspaceFile !== undefined) return { path: around.workspaceFile, within: ["settings"] };
      return folderSettings(around.folders[0]?.path);
    case "folder":
      return folderSettings(around.folders.find(({ path }) => path === issue.baseDir)?.path);
    default:
      return undefined;
  }
}

/** The user's settings, as far as they are on this machine. */
export function userSettings({ globalStorage }: Surroundings): string {
  // <user data>/globalStorage/<extension>; a profile has a folder of the same layout.
  return join(globalStorage, "..", "..", "settings.json");
}

function folderSettings(folder: string | undefined): IssueFile | undefined {
  return folder === undefined ? undefined : { path: join(folder, ".vscode", "settings.json"), within: [] };
}
