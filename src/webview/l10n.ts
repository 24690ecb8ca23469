/** Text in the editor's language: the English message is the key. */
export interface L10n {
  t(message: string, ...args: readonly (string | number)[]): string;
}

/** Reads a bundle as `vscode.l10n.bundle` has it; a message it lacks stays English. */
export function createL10n(bundle: unknown): L10n {
  const texts = typeof bundle === "object" && bundle !== null ? bundle : {};
  return {
    t(message, ...args) {
      const found: unknown = Object.hasOwn(texts, message) ? Reflect.get(texts, message) : undefined;
      const text = typeof found === "string" ? found : message;
      return text.replace(/\{(\d+)\}/g, (whole, index) => String(args[Number(index)] ?? whole));
    },
  };
}
