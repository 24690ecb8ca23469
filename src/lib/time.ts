/** ISO 8601 in UTC with as many fraction digits as are needed: 3, 6 or 9. */
export function isoTime(ms: number, nanos: number): string {
  const iso = new Date(ms).toISOString();
  if (nanos === 0) return iso;
  const digits = String(nanos).padStart(6, "0");
  return `${iso.slice(0, -1)}${digits.endsWith("000") ? digits.slice(0, 3) : digits}Z`;
}
