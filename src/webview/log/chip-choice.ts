/**
 * What is chosen after a click on one: while all are, that alone, as people mean by it, also where there is no other
 * at the moment; later clicks add and take away; with the last one that is added or taken away all are again.
 * @param now undefined: all
 */
export function clicked(
  id: string,
  now: readonly string[] | undefined,
  all: readonly string[],
): readonly string[] | undefined {
  if (now === undefined) return [id];
  if (!now.includes(id))
    return all.every((one) => one === id || now.includes(one)) ? undefined : [...now, id];
  return now.length === 1 ? undefined : now.filter((one) => one !== id);
}
