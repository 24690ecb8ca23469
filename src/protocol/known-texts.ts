/**
 * Texts of the engine in the editor's language. The English text is the key here as everywhere: the engine says what
 * its log and the command line say, in which a reason is searched for, and whoever shows it finds what it put into the places.
 * A text that isn't known stays as it is.
 * @param texts all that are known, each given to `t` once; the more one says, the further ahead it stands
 */
export function createKnownTexts(
  texts: (t: (message: string) => string) => readonly string[],
  { t }: { t(message: string): string },
): (text: string) => string {
  const own = texts(t);
  const known = texts((message) => message).map((text, i) => [patternOf(text), own[i] ?? text] as const);
  const translated = (text: string): string => {
    for (const [pattern, told] of known) {
      const args = pattern.exec(text)?.slice(1);
      // A text may stand within another.
      if (args) return told.replace(/\{(\d+)\}/g, (_, at) => translated(args[Number(at)] ?? ""));
    }
    return text;
  };
  return translated;
}

/** Of what has several places each is as short as it can be. */
function patternOf(text: string): RegExp {
  const literal = text.split(/\{\d+\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literal.join("(.+?)")}$`, "s");
}
