const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};
const PART = /(\d+(?:\.\d+)?)(ns|[uµμ]s|ms|s|m|h)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ns|[uµμ]s|ms|s|m|h))+$/;

/** Seconds of a duration as Go and its loggers write it: `12ms`, `1.5s`, `1m2.5s`; undefined for any other text. */
export function secondsOfText(text: string): number | undefined {
  // The longest that Go writes is shorter: `2562047h47m16.854775807s`.
  if (text.length > 30 || !WHOLE.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(PART)) seconds += Number(number) * (SECONDS[unit ?? ""] ?? 0);
  return seconds;
}
