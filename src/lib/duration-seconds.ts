const UNIT: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
};
const PART = /(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|μs|ms|sec|s|min|m|h|d)\s*/gy;

/** `1.5s`, `250ms`, Go's `1m2.5s`, `0:01:02.5`, or a number of seconds: in seconds; undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:[.,]\d+)?)$/.exec(text);
  if (clock) {
    return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number((clock[3] ?? "").replace(",", "."));
  }
  let nanos = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let match = PART.exec(text); match; match = PART.exec(text)) {
    // In nanoseconds, so that 250ms is 0.25 and not 0.25000000000000006.
    nanos += Math.round(Number(match[1]) * (UNIT[match[2] ?? ""] ?? 0) * 1e9);
    end = PART.lastIndex;
  }
  return end === text.length && end > 0 ? nanos / 1e9 : undefined;
}
