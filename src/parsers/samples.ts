import { reasonOf } from "../errors.ts";
import type { Origin } from "../model.ts";
import type { ParserDefinition } from "./parser.ts";

const NOWHERE: Origin = { source: "samples", file: "", key: "" };

/**
 * What is wrong with a format, by its own samples: a sample that does not parse, or none at all. Empty when
 * all is well; for tests, and for whoever loads formats from elsewhere.
 */
export function faultsOf(definition: ParserDefinition): string[] {
  const { name, samples } = definition;
  if (samples.length === 0) return [`${name}: no sample shows that anything parses`];
  const faults: string[] = [];
  for (const { line, options } of samples) {
    const checked = definition.options.safeParse(options ?? {});
    if (!checked.success) {
      faults.push(`${name}: options of the sample ${JSON.stringify(line)}: ${checked.error.message}`);
      continue;
    }
    try {
      const parser = definition.create(checked.data, { timezone: "UTC", ignoreOffset: false });
      const { error } = parser.parse(line, NOWHERE, 0, 0);
      if (error !== undefined) faults.push(`${name}: the sample ${JSON.stringify(line)}: ${error}`);
    } catch (error) {
      faults.push(`${name}: the sample ${JSON.stringify(line)}: ${reasonOf(error)}`);
    }
  }
  return faults;
}
