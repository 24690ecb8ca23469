/**
 * Text of a duration as Go's `time.Duration.String` gives it: "72h3m0.5s", with the unit of the leading
 * part below one second ("1.5ms", "0s" for zero). https://pkg.go.dev/time#Duration.String
 * @param ms may have a fraction; taken to the nanosecond
 */
export function formatGoDuration(ms: number): string {
  const nanos = Math.round(Math.abs(ms) * 1e6);
  const sign = ms < 0 && nanos > 0 ? "-" : "";
  if (nanos === 0) return "0s";
  if (nanos < 1e3) return `${sign}${nanos}ns`;
  if (nanos < 1e6) return `${sign}${decimal(nanos, 3)}µs`;
  if (nanos < 1e9) return `${sign}${decimal(nanos, 6)}ms`;
  const minutes = Math.floor(nanos / 60e9);
  const seconds = `${decimal(nanos - minutes * 60e9, 9)}s`;
  if (minutes === 0) return sign + seconds;
  const hours = Math.floor(minutes / 60);
  return `${sign}${hours > 0 ? `${hours}h` : ""}${minutes % 60}m${seconds}`;
}

/** `units` / 10^digits in full, without zeros at the end. */
function decimal(units: number, digits: number): string {
  const text = String(units).padStart(digits + 1, "0");
  const fraction = text.slice(-digits).replace(/0+$/, "");
  return text.slice(0, -digits) + (fraction && `.${fraction}`);
}
