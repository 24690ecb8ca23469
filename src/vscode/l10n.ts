/** `vscode.l10n`, handed in where text is made, so that the pure parts run without an editor. */
export interface L10n {
  t(message: string, ...args: (string | number | boolean)[]): string;
}
