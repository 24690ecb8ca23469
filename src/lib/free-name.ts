/** The wanted name, or with the first number from 2 on that makes it one that is not taken. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  let name = wanted;
  for (let number = 2; known.has(name); number++) name = `${wanted}-${number}`;
  return name;
}
