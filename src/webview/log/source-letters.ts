/** Words of a name: also where a capital begins one. */
const WORDS = /\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{Lu}+|\p{N}+/gu;

/**
 * Two letters for a name, to be told from those that are taken: its number (`17` of `worker-17`), the first two of its
 * words (`ui` of `user-import`) or of itself, else the first and a later one. The first choice again where all of them
 * are taken.
 */
export function lettersOf(name: string, taken: ReadonlySet<string>): string {
  const words = name.match(WORDS) ?? [name];
  const letters = [...words.join("")];
  const [first = "?"] = letters;
  const [, second] = words;
  const number = second === undefined ? undefined : /\p{N}{2}$/u.exec(name)?.[0];
  const wanted = [
    ...(number === undefined ? [] : [number]),
    ...(second === undefined ? [] : [first + ([...second][0] ?? "")]),
    ...letters.slice(1).map((letter) => first + letter),
    first,
  ].map((one) => one.toLowerCase());
  return wanted.find((one) => !taken.has(one)) ?? wanted[0] ?? first;
}
