/** A text of a record in which places in code are looked for. */
export interface RecordText {
  /** `message`, `raw`, or a field's name as `flatFields` gives it. */
  readonly in: string;
  readonly text: string;
}

const DEEPEST = 6;
const MOST_FIELDS = 500;

/**
 * Fields as people read and queries name them: `err.stack` for what is nested. Lists, and what is nested deeper
 * than six levels, stay whole; of thousands of fields the first 500 are told apart.
 */
export function flatFields(
  fields: Readonly<Record<string, unknown>>,
): readonly (readonly [name: string, value: unknown])[] {
  const found: [string, unknown][] = [];
  const walk = (of: object, prefix: string, depth: number): void => {
    for (const [name, value] of Object.entries(of)) {
      const nested = typeof value === "object" && value !== null && !Array.isArray(value);
      const whole =
        !nested || depth === DEEPEST || found.length >= MOST_FIELDS || Object.keys(value).length === 0;
      if (whole) found.push([prefix + name, value]);
      else walk(value, `${prefix}${name}.`, depth + 1);
    }
  };
  walk(fields, "", 1);
  return found;
}

/** The texts of a record, what is most likely to tell first: a message that is the line itself is told once, as `raw`. */
export function textsOf(record: {
  readonly message: string;
  readonly raw: string;
  readonly fields: Readonly<Record<string, unknown>>;
}): readonly RecordText[] {
  const { message, raw, fields } = record;
  const texts: RecordText[] = message === raw ? [] : [{ in: "message", text: message }];
  for (const [name, value] of flatFields(fields))
    if (typeof value === "string") texts.push({ in: `fields.${name}`, text: value });
  return [...texts, { in: "raw", text: raw }];
}
