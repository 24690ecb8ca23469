import { createGrouper } from "./grouper.ts";
import type { Preset } from "./preset.ts";

/**
 * What is wrong with a preset, by its own samples: a log that does not fall into the groups it is written in, or
 * a rule that no sample shows. Empty when all is well.
 */
export function faultsOf({ name, samples, rules }: Preset): string[] {
  const faults: string[] = [];
  for (const groups of samples) {
    const grouper = createGrouper({ by: { preset: name }, maxLines: 500, maxBytes: 1 << 20 });
    const found: string[] = [];
    for (const line of groups.join("\n").split("\n")) {
      if (grouper.begins(line, line.length + 1)) found.push(line);
      else found[found.length - 1] += `\n${line}`;
    }
    const wrong = found.findIndex((group, at) => group !== groups[at]);
    if (wrong >= 0) faults.push(`${name}: ${JSON.stringify(found[wrong])} is not the group that was written`);
  }
  const lines = samples.flat().flatMap((group) => group.split("\n"));
  for (const { line } of rules) {
    if (!lines.some((text) => line.test(text))) faults.push(`${name}: no sample shows ${line}`);
  }
  return faults;
}
