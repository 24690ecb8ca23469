const BYTES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/**
 * Writes bytes in the words of a language, in powers of 1024 as the editor does: 512B, 1.5kB, in German 1,5 kB, in
 * French 1,5ko.
 * @param language as `languageTag` gives it
 */
export function bytesIn(language: string, digits: Intl.NumberFormatOptions): (value: number) => string {
  // The longer form has a word for what is less than a kilobyte: 512 byte.
  const formats = BYTES.map((unit, power) =>
    unitIn(language, unit, {
      ...(power === 0 ? { maximumFractionDigits: 0 } : digits),
      unitDisplay: "narrow",
    }),
  );
  return (value) => {
    let amount = value;
    let power = 0;
    while (amount >= 1023.5 && power < BYTES.length - 1) {
      amount /= 1024;
      power++;
    }
    return formats[power]?.format(amount) ?? "";
  };
}

/** Numbers with a unit: 12.3 ms, 5 min, in the words of a language. */
export function unitIn(language: string, unit: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", ...options });
}
