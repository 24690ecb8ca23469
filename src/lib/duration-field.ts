/** Names that durations go by: of these the unit is told by nothing. */
const BARE =
  /^(?:duration|latency|elapsed|took|time_?taken|(?:.+_)?(?:request|response|upstream|processing|query|execution|connect|elapsed|total)_?time|.+_(?:duration|latency|elapsed))$/i;
const CAMEL = /^[a-zA-Z]+[a-z](?:Duration|Latency|Elapsed)$/;
/** Names of times of day that look like them. */
const MOMENT =
  /^(?:time(?!_?taken)|timestamp|ts|epoch|unix|date|start|end|created|updated|expires)(?:_|$|[MUN]s|Millis|Micros|Nanos|Seconds)/i;

/** Endings that tell the unit, with the seconds in one of it. */
const UNITS: readonly (readonly [ending: RegExp, seconds: number])[] = [
  [/(?:_ms|[a-z]Ms|(?:_m|[a-z]M)illi(?:s|seconds?))$/, 1e-3],
  [/(?:_us|[a-z]Us|(?:_m|[a-z]M)icro(?:s|seconds?))$/, 1e-6],
  [/(?:_ns|[a-z]Ns|(?:_n|[a-z]N)ano(?:s|seconds?))$/, 1e-9],
  [/(?:_secs?|_seconds?|[a-z]Seconds?|(?:duration|latency|elapsed|took|time)_s)$/, 1],
];
/** Names that are always of one unit: of nginx's and Apache's logs, of pino's and of the Elastic Common Schema. */
const KNOWN: readonly (readonly [name: RegExp, seconds: number])[] = [
  [/(?:^|\.)(?:request|upstream(?:_(?:response|connect|header))?)_time$/, 1],
  [/^(?:Request|Upstream)Time$/, 1],
  [/(?:^|\.)responseTime$/, 1e-3],
  [/^event\.duration$/, 1e-9],
];

/** What is counted of texts with units, `12ms`, in seconds: apart from numbers that the same field may have. */
const TEXTS = " (s)";

export const keyOfTexts = (field: string): string => field + TEXTS;

/** The field of a key, and whether its values are texts with units. */
export function fieldOfKey(key: string): { readonly field: string; readonly texts: boolean } {
  return key.endsWith(TEXTS)
    ? { field: key.slice(0, -TEXTS.length), texts: true }
    : { field: key, texts: false };
}

/** Whether a field is taken for a duration: by its name, or the last part of a name with dots. */
export function namesDuration(field: string): boolean {
  const name = field.slice(field.lastIndexOf(".") + 1);
  if (MOMENT.test(name)) return false;
  return BARE.test(name) || CAMEL.test(name) || UNITS.some(([ending]) => ending.test(name));
}

/** Seconds in one unit of a duration field, which its name tells: `latency_ms`, `tookUs`; undefined: it does not. */
export function secondsIn(field: string): number | undefined {
  if (fieldOfKey(field).texts) return 1;
  return [...UNITS, ...KNOWN].find(([pattern]) => pattern.test(field))?.[1];
}
