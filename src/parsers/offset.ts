/**
 * A zone as written behind a time: `Z`, `UTC`, `GMT`, `+08`, `+0800`, `+08:00`, each also after one space
 * (then with minutes, lest `10:00:00 -5 items` be taken for one). Go's doubled `+0000 UTC` is one zone.
 */
const OFFSET =
  /Z(?![A-Za-z])| ?(?:UTC|GMT)(?![A-Za-z])|([+-])(\d\d)(?::?(\d\d))?(?!\d)( UTC)?| ([+-])(\d\d):?(\d\d)(?!\d)( UTC)?/y;

/** @returns the offset east of UTC in ms and the index after it; undefined when no zone begins at `start` */
export function readOffset(text: string, start: number): { offset: number; end: number } | undefined {
  const code = text.charCodeAt(start);
  // Space, plus, minus, G, U, Z: a line that ends here or goes on with something else has no zone.
  if (code !== 32 && code !== 43 && code !== 45 && code !== 71 && code !== 85 && code !== 90)
    return undefined;
  OFFSET.lastIndex = start;
  const match = OFFSET.exec(text);
  if (!match) return undefined;
  const hours = Number(match[2] ?? match[6] ?? 0);
  const minutes = Number(match[3] ?? match[7] ?? 0);
  if (hours > 23 || minutes > 59) return undefined;
  const east = (hours * 60 + minutes) * 60_000;
  const sign = match[1] ?? match[5];
  return { offset: sign === "-" ? -east : east, end: start + match[0].length };
}
