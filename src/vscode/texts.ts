import * as vscode from "vscode";
import { createFigures } from "./figures.ts";
import type { L10n } from "./l10n.ts";

/** Texts, numbers and times in the language of the window, which need not be the machine's. */
export const texts: L10n = {
  ...createFigures(vscode.env.language),
  t: (message, ...args) => vscode.l10n.t(message, ...args),
};
