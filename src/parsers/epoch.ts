import type { Precision } from "../model.ts";
import type { Timestamp } from "./timestamp.ts";

/**
 * Below (March 1973 in seconds) a number is a counter or a duration, not a time. Above, its size says the
 * unit: seconds to the year 5138, milliseconds, microseconds, nanoseconds.
 */
const LEAST = 1e8;
const NUMBER = /^(\d{9,19})(?:\.(\d{1,12}))?$/;

/** Time since the epoch as a number: s (with fraction), ms, µs or ns, told apart by size. */
export function epochNumber(value: number): Timestamp | undefined {
  if (!(value >= LEAST && value < 9e18)) return undefined;
  if (Number.isInteger(value)) {
    if (value < 1e11) return { ms: value * 1000, nanos: 0, precision: "s", end: 0 };
    if (value < 1e14) return { ms: value, nanos: 0, precision: "ms", end: 0 };
  }
  return epochText(String(value));
}

/** The same written in decimal digits, without loss. */
export function epochText(text: string): Timestamp | undefined {
  const match = NUMBER.exec(text);
  const whole = match?.[1];
  if (whole === undefined || Number(whole) < LEAST) return undefined;
  const size = Number(whole);
  // Digits below the second that the whole part already holds.
  const scale = size < 1e11 ? 0 : size < 1e14 ? 3 : size < 1e17 ? 6 : 9;
  const cut = whole.length - scale;
  const below = whole.slice(cut) + (match?.[2] ?? "");
  const nine = below.padEnd(9, "0");
  const seconds = Number(whole.slice(0, cut));
  return {
    ms: seconds * 1000 + Number(nine.slice(0, 3)),
    nanos: Number(nine.slice(3, 9)),
    precision: precisionOf(below.length),
    end: text.length,
  };
}

/** Precision of a time with so many digits below the second. */
export function precisionOf(digits: number): Precision {
  return digits === 0 ? "s" : digits <= 3 ? "ms" : digits <= 6 ? "us" : "ns";
}
