import type { SinkConfig } from "../config/config.ts";
import { reasonOf } from "../errors.ts";
import { cell } from "../lib/cells.ts";
import { unfolded } from "../lib/json-layout.ts";
import { whyLeftOut } from "../lib/left-out.ts";
import { silent } from "../lib/log.ts";
import type { LogRecord } from "../model.ts";
import type { SentWords, TrialPreview } from "../protocol/trial.ts";
import type { Sink } from "../sinks/sink.ts";
import { buildSink } from "./build.ts";
import type { Newest } from "./newest.ts";

/** Records that would not be sent, and files, that are named at most. */
const UNSENT = 20;
const FILES = 3;
/** Columns of text that a line of what is sent, and of what is not, has. */
const SENT = 2_000;
const LINE = 160;

/**
 * What a sink would be sent of some records, as its own code writes it, and which of them it would not be sent and
 * why. Nothing is sent, nobody is asked.
 */
export async function previewOfDraft(
  config: SinkConfig,
  dataDir: string,
  { records, from }: Newest,
  words: SentWords,
): Promise<TrialPreview> {
  if (records.length === 0) return { ...told(words.nothing), reasons: [] };
  const { id, baseDir } = config;
  let sink: Sink | undefined;
  try {
    sink = await buildSink(config, { id, log: silent, dataDir, baseDir });
    if (!sink.preview) return told(fill(words.unseen, config.type));
    return textOf(sink, records, from, words);
  } catch (error) {
    return told(reasonOf(error));
  } finally {
    await sink?.close();
  }
}

function textOf(
  sink: Sink,
  records: readonly LogRecord[],
  from: readonly string[],
  words: SentWords,
): TrialPreview {
  const out: string[] = [];
  const titles: number[] = [];
  const reasons: number[] = [];
  const unsent = unsentOf(sink, records, words);
  const count = records.length - [...unsent.values()].reduce((sum, { length }) => sum + length, 0);
  const payload = sink.preview?.(records).trimEnd() ?? "";
  const lines = payload.split("\n");
  // A body that holds many records on one line can't be read so.
  const folded = lines.length < records.length;
  const shown = folded ? lines.flatMap(unfolded) : lines;

  titles.push(out.push(fill(words.sent, count, records.length)) - 1);
  const files = from.slice(0, FILES).map((file) => cell(file, LINE));
  if (from.length > FILES) files.push(fill(words.more, from.length - FILES));
  const about = [files.join(", "), ...(shown.length > lines.length ? [words.unfolded] : [])];
  const heads = [out.push(about.join(" · ")) - 1, out.push(`→ ${sink.target}`) - 1];
  for (const problem of sink.notes?.().problems ?? []) reasons.push(out.push(cell(problem, SENT)) - 1);
  out.push("");

  if (unsent.size > 0) {
    titles.push(out.push(fill(words.unsent, records.length - count)) - 1);
    let room = UNSENT;
    for (const [reason, of] of unsent) {
      if (room <= 0) break;
      reasons.push(out.push(cell(reason, LINE)) - 1);
      for (const { raw } of of.slice(0, room)) out.push(`  ${cell(raw, LINE)}`);
      room -= of.length;
    }
    if (room < 0) out.push(fill(words.more, -room));
    out.push("");
  }
  if (count > 0) out.push(...shown.map((line) => cell(line, SENT)));
  return { text: `${out.join("\n").trimEnd()}\n`, titles, heads, reasons };
}

/** Records of which the sink writes nothing, by why. */
function unsentOf(
  sink: Sink,
  records: readonly LogRecord[],
  words: SentWords,
): ReadonlyMap<string, readonly LogRecord[]> {
  const found = new Map<string, LogRecord[]>();
  for (const record of records) {
    if (sink.preview?.([record]) !== "") continue;
    const why = words[(sink.leavesOut && whyLeftOut(record, sink.leavesOut)) ?? "empty"];
    const reason = record.error === undefined ? why : `${why} (${record.error})`;
    const same = found.get(reason) ?? [];
    same.push(record);
    found.set(reason, same);
  }
  return found;
}

function told(text: string): TrialPreview {
  return { text: `${text}\n`, titles: [], heads: [], reasons: [0] };
}

function fill(text: string, ...values: readonly (number | string)[]): string {
  return text.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)]));
}
