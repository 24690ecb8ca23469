/** A name of a language as Intl takes it: a browser in a POSIX locale calls its own `en-US@posix`. */
export function languageTag(name: string): string {
  const [tag = ""] = name.replaceAll("_", "-").split(/[@.]/);
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? "en";
  } catch {
    return "en";
  }
}
