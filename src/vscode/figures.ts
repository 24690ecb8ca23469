/** A count in at most four characters: 0, 999, 1.2k, 35k, 1.2M. Rates below ten keep one decimal. */
export function compact(value: number): string {
  for (const [unit, suffix] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    // 999.6 would round to "1000": it belongs to the unit above.
    if (value >= unit * 0.9995) return `${short(value / unit)}${suffix}`;
  }
  return short(value);
}

function short(value: number): string {
  return value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

/** Bytes in powers of 1024: 0 B, 1.5 KB, 35 MB. */
export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let amount = value;
  let index = 0;
  while (amount >= 1023.5 && index < units.length - 1) {
    amount /= 1024;
    index++;
  }
  return `${short(amount)} ${units[index]}`;
}
