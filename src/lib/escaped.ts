const LF = 10;
const CR = 13;
const BACKSLASH = 92;
const N = 110;
const R = 114;

/**
 * Whether a message can't be written as a line and read again as it was: it holds a line feed, or ends with a
 * carriage return, which would count as part of the line's end.
 */
export function needsEscape(message: Uint8Array): boolean {
  return message.includes(LF) || message[message.length - 1] === CR;
}

/** A message as one line, without its end: `\n`, `\r` and `\\` for line feeds, carriage returns and backslashes. */
export function escapeMessage(message: Uint8Array): Buffer {
  const escaped = Buffer.allocUnsafe(2 * message.length);
  let length = 0;
  for (const byte of message) {
    const letter = byte === LF ? N : byte === CR ? R : byte === BACKSLASH ? BACKSLASH : undefined;
    if (letter !== undefined) escaped[length++] = BACKSLASH;
    escaped[length++] = letter ?? byte;
  }
  return escaped.subarray(0, length);
}

/** What `escapeMessage` was given, of its text. */
export function unescapeMessage(line: string): string {
  return line.replace(/\\([nr\\])/g, (_, letter: string) =>
    letter === "n" ? "\n" : letter === "r" ? "\r" : "\\",
  );
}
