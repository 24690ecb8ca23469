const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH_BY_CODES: ReadonlyMap<number, number> = new Map(
  MONTHS.map((name, index) => [codes(name, 0), index + 1]),
);

/** Month, 1 to 12, of the English three-letter name at `start`; NaN when it is none. */
export function monthAt(text: string, start: number): number {
  return MONTH_BY_CODES.get(codes(text, start)) ?? Number.NaN;
}

function codes(text: string, start: number): number {
  return (text.charCodeAt(start) << 16) | (text.charCodeAt(start + 1) << 8) | text.charCodeAt(start + 2);
}

/**
 * A clock time as if it were UTC, in ms; NaN when a part is NaN or no such time exists. Second 60 (a leap
 * second) is the first of the next minute.
 */
export function clock(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 60))
    return Number.NaN;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (DAYS[month - 1] ?? 0) + (leap ? 1 : 0)) return Number.NaN;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (!(year >= 100)) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
