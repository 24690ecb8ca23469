/** Characters that change how the text around them is shown, or that can't be seen at all. */
const HIDDEN =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text as one line in which nothing hides: control characters have pictures of their own, what turns the direction
 * of writing has its number. A log is written by others.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    if (code === 10) return "⏎ ";
    if (code < 32) return String.fromCharCode(0x2400 + code);
    if (code === 127) return "␡";
    return `‹${code.toString(16).toUpperCase().padStart(4, "0")}›`;
  });
}

/** The same, line ends kept. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join("\n");
}
