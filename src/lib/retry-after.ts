/**
 * The header Retry-After in milliseconds from now: seconds, or a date (RFC 9110, 10.2.3); undefined when it asks
 * for no wait. A date is counted from the server's own `Date`, so that clocks that differ do no harm.
 */
export function retryAfter(
  header: string | readonly string[] | null | undefined,
  serverDate?: string | readonly string[] | null,
): number | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000 || undefined;
  const there = typeof serverDate === "string" ? Date.parse(serverDate) : Number.NaN;
  const ms = Date.parse(header) - (Number.isNaN(there) ? Date.now() : there);
  return ms > 0 ? ms : undefined;
}
