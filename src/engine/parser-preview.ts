import { aligned, cell } from "../lib/cells.ts";
import type { FieldValue, LogRecord } from "../model.ts";
import type { PreviewWords, TrialPreview } from "../protocol/trial.ts";

/** Records that were not taken, and columns, that are shown at most. */
const REFUSED = 20;
const FIELDS = 60;
/** Columns of text that a field and a whole line have. */
const FIELD = 40;
const LINE = 160;

/**
 * Records of some lines as an aligned text: first what was not taken, below the reasons, then the others in a table, a
 * column a field. Text of the log is shown as it is, with nothing in it hidden.
 * @param starts offsets of the lines, which are numbered from 1
 * @param observed when they were read (ms): the time of those that tell none
 */
export function previewOfRecords(
  records: readonly LogRecord[],
  starts: readonly number[],
  observed: number,
  words: PreviewWords,
): TrialPreview {
  const out: string[] = [];
  const titles: number[] = [];
  const heads: number[] = [];
  const reasons: number[] = [];
  const numbers = new Map(starts.map((start, at) => [start, at + 1]));
  const numberOf = ({ offset }: LogRecord): string => String(numbers.get(offset) ?? "");
  const taken = records.filter(({ error }) => error === undefined);
  const refused = records.filter(({ error }) => error !== undefined);

  if (refused.length > 0) {
    titles.push(out.push(fill(words.refused, refused.length)) - 1);
    const shown = refused.slice(0, REFUSED);
    const width = Math.max(...shown.map((record) => numberOf(record).length));
    for (const [reason, records] of byReason(shown)) {
      reasons.push(out.push(cell(reason, LINE)) - 1);
      for (const record of records)
        out.push(`  ${numberOf(record).padStart(width)}  ${cell(record.raw, LINE)}`);
    }
    if (refused.length > REFUSED) out.push(fill(words.more, refused.length - REFUSED));
    out.push("");
  }
  if (taken.length > 0) {
    titles.push(out.push(fill(words.taken, taken.length)) - 1);
    const columns = columnsOf(taken, observed, words, numberOf);
    const right = new Set(columns.flatMap(({ right }, at) => (right ? [at] : [])));
    const rows = [
      columns.map(({ title }) => title),
      ...taken.map((record) => columns.map(({ text }) => text(record))),
    ];
    heads.push(out.length);
    out.push(...aligned(rows, right));
  }
  return { text: `${out.join("\n")}\n`, titles, heads, reasons };
}

function byReason(records: readonly LogRecord[]): ReadonlyMap<string, readonly LogRecord[]> {
  const found = new Map<string, LogRecord[]>();
  for (const record of records) {
    const { error = "" } = record;
    const same = found.get(error) ?? [];
    same.push(record);
    found.set(error, same);
  }
  return found;
}

interface Column {
  readonly title: string;
  readonly right: boolean;
  text(record: LogRecord): string;
}

function columnsOf(
  records: readonly LogRecord[],
  observed: number,
  words: PreviewWords,
  numberOf: (record: LogRecord) => string,
): readonly Column[] {
  const columns: Column[] = [{ title: words.line, right: true, text: numberOf }];
  const time = ({ time, nanos, precision }: LogRecord): string =>
    time === observed && precision === "ms" ? "–" : timeText(time, nanos, precision);
  columns.push({ title: words.time, right: false, text: time });
  if (records.some(({ level }) => level !== undefined))
    columns.push({ title: words.level, right: false, text: ({ level = "" }) => level });
  const names = [...new Set(records.flatMap(({ fields }) => Object.keys(fields)))].slice(0, FIELDS);
  for (const name of names) {
    const values = records.flatMap(({ fields }) => (Object.hasOwn(fields, name) ? [fields[name]] : []));
    columns.push({
      title: cell(name, FIELD),
      right: values.every((value) => typeof value === "number" || value === null),
      text: ({ fields }) => (Object.hasOwn(fields, name) ? valueText(fields[name]) : ""),
    });
  }
  columns.push({ title: words.message, right: false, text: ({ message }) => cell(message, LINE) });
  return columns;
}

function valueText(value: FieldValue | undefined): string {
  return cell(typeof value === "string" ? value : JSON.stringify(value ?? null), FIELD);
}

/** As fine as it is known. */
function timeText(time: number, nanos: number, precision: LogRecord["precision"]): string {
  const whole = new Date(time);
  if (Number.isNaN(whole.getTime())) return "";
  const text = whole.toISOString();
  const seconds = text.slice(0, -5);
  if (precision === "s") return `${seconds}Z`;
  const digits = `${text.slice(-4, -1)}${String(nanos).padStart(6, "0")}`;
  return `${seconds}.${digits.slice(0, { ms: 3, us: 6, ns: 9 }[precision])}Z`;
}

function fill(text: string, count: number): string {
  return text.replace("{0}", String(count));
}
