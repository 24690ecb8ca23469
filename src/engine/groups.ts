import type { SourceConfig } from "../config/config.ts";
import type { LogRecord, Origin } from "../model.ts";
import { createGrouper, type Grouping } from "../multiline/grouper.ts";
import { createWalk } from "../multiline/walk.ts";
import { spansLines } from "../parsers/index.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";

/** How a source's lines are put together, and what its parser makes of them. */
export interface Gathering extends Grouping {
  /** The parser reads all lines of a group first; else it tries the first one before. */
  readonly whole: boolean;
}

/** Whether the parser of a source reads all lines of a record at once. */
export function wholeOf({ parser }: Pick<SourceConfig, "parser">): boolean {
  return spansLines(parser.name, parser.options);
}

/** As it is kept with blocks; undefined where each line is a record. */
export function gatheringOf({ multiline, parser }: SourceConfig): Gathering | undefined {
  if (!multiline) return undefined;
  const { by, maxLines, maxBytes } = multiline;
  const json = "preset" in by && by.preset === "json";
  return { by, maxLines, maxBytes, whole: json || wholeOf({ parser }) };
}

/** The record of what was cut; sinks know it by a field, which records also bring with them. */
export function cutShort(record: LogRecord): LogRecord {
  return { ...record, fields: { ...record.fields, truncated: true }, cut: true };
}

/**
 * Puts the lines of a run together to groups, as its source did, and makes each one record. A run begins and ends
 * with a group.
 * @param start offset of the first byte in its generation
 * @param encoding a name of the Encoding Standard
 */
export function parseGroups(
  bytes: Buffer,
  start: number,
  parser: Parser,
  grouping: Gathering,
  origin: Origin,
  observed: number,
  encoding: string,
): LogRecord[] {
  const records: LogRecord[] = [];
  const grouper = createGrouper(grouping);
  let group: string[] = [];
  let offset = start;
  let full = false;

  const finish = (): void => {
    if (group.length === 0) return;
    const record = parseGroup(group, parser, grouping.whole, origin, offset, observed);
    records.push(full ? cutShort(record) : record);
  };
  createWalk(encoding)(bytes, (line, from, next) => {
    if (grouper.begins(line, next - from)) {
      finish();
      group = [];
      offset = start + from;
    }
    group.push(line);
    full = grouper.full;
  });
  finish();
  return records;
}

/**
 * A format of one line reads the first, and the others are added to its message; one that spans lines reads all.
 * What one way does not parse is tried the other way.
 */
export function parseGroup(
  lines: readonly string[],
  parser: Parser,
  whole: boolean,
  origin: Origin,
  offset: number,
  observed: number,
): LogRecord {
  const [first = ""] = lines;
  if (lines.length === 1) return parser.parse(first, origin, offset, observed);
  const raw = lines.join("\n");
  const asWhole = (): LogRecord => parser.parse(raw, origin, offset, observed);
  const byFirst = (): LogRecord => {
    const record = parser.parse(first, origin, offset, observed);
    const rest = lines.slice(1).join("\n").trimEnd();
    const message = rest === "" ? record.message : `${record.message}\n${rest}`;
    return { ...record, raw, message };
  };
  const [one, other] = whole ? [asWhole, byFirst] : [byFirst, asWhole];
  const record = one();
  if (record.error === undefined) return record;
  const second = other();
  return second.error === undefined ? second : unparsed(raw, origin, offset, observed, record.error);
}
