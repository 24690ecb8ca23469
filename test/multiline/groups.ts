import { createGrouper, type Grouping } from "../../src/multiline/grouper.ts";

/** The groups of these lines, each with its lines joined. */
export function groupsOf(
  by: Grouping["by"],
  lines: readonly string[],
  limits: { maxLines?: number; maxBytes?: number } = {},
): string[] {
  const grouper = createGrouper({ by, maxLines: 500, maxBytes: 1 << 20, ...limits });
  const groups: string[] = [];
  for (const line of lines) {
    if (grouper.begins(line, Buffer.byteLength(line) + 1)) groups.push(line);
    else groups[groups.length - 1] += `\n${line}`;
  }
  return groups;
}
