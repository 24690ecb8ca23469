/** Text that Markdown takes as it is: paths and messages come from outside. */
export function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[!-/:-@[-`{-~]/g, "\\$&");
}

/** A table: its heading and its rows, the first column by name, the others numbers. Empty without rows. */
export function markdownTable([heading, ...rows]: readonly (readonly string[])[]): string {
  if (!heading || rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(" | ")} |`;
  const rule = heading.map((_, at) => (at === 0 ? "---" : "---:"));
  return `\n${[line(heading), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n")}\n`;
}
