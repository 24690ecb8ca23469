import type { Figures } from "./figures.ts";

/** `vscode.l10n` and the window's language, handed in where text is made, so that the pure parts run without an editor. */
export interface L10n extends Figures {
  t(message: string, ...args: (string | number | boolean)[]): string;
}
