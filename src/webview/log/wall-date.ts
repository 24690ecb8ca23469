import uPlot from "uplot";

/**
 * A moment (seconds since the epoch) as a date whose own hours are those that a zone's walls show: steps of time
 * begin where they do there.
 * @param zone name of the IANA; undefined: the machine's
 */
export function wallDate(seconds: number, zone: string | undefined): Date {
  const date = new Date(seconds * 1000);
  return zone === undefined ? date : uPlot.tzDate(date, zone);
}
