const BYTES = /(?:\\x[0-9A-Fa-f]{2})+/g;
const OTHERS = /\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrtv]))/g;
const LETTERS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/**
 * Undoes what servers do to values in their logs: `\xD0\xBF` (nginx's default and Apache: the bytes of UTF-8),
 * `\"`, `\\`, `\n` (Apache) and `\u001f` (nginx's escape=json). Anything else stays as it is.
 */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  // Bytes last would take the backslash of an escaped backslash: `\\x41` is the text `\x41`.
  return text
    .split("\\\\")
    .map((part) =>
      part
        .replace(BYTES, (run) => Buffer.from(run.replaceAll("\\x", ""), "hex").toString("utf8"))
        .replace(OTHERS, (_, unit: string | undefined, letter: string) =>
          unit === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(unit, 16)),
        ),
    )
    .join("\\");
}

/** Index of the next quote that no backslash escapes, from `start` on; -1 when there is none. */
export function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start);
  while (at > start && text.charCodeAt(at - 1) === 92 && isEscaped(text, at, start))
    at = text.indexOf('"', at + 1);
  return at;
}

/** Whether an odd number of backslashes stands before `at`. */
export function isEscaped(text: string, at: number, start: number): boolean {
  let slash = at;
  while (slash > start && text.charCodeAt(slash - 1) === 92) slash--;
  return (at - slash) % 2 === 1;
}
