import type { SourceConfig } from "../config/config.ts";
import { parseSource } from "../config/parts.ts";
import { createLimit, TookTooLong } from "../lib/limit.ts";
import type { LogRecord } from "../model.ts";
import { parsers } from "../parsers/index.ts";
import type { Trial, TrialCalls, TrialPreview, Trying } from "../protocol/trial.ts";
import { parserFor } from "./decode.ts";
import { gatheringOf } from "./groups.ts";
import { parseLines } from "./lines.ts";
import { previewOfRecords } from "./parser-preview.ts";
import { readSample, type Sample } from "./sample.ts";

/** Lines that parsers are tried on. */
const LINES = 100;
/** What an expression may take for all of them (ms). */
const PATIENCE = 500;
/** What a source may say that has nothing to do with where its lines come from. */
const OF_LINES = ["encoding", "timezone", "ignoreOffset", "multiline"];

const NOTHING = { name: "", lines: 0, records: 0, taken: 0, fitting: 0, timed: 0, fields: 0 };

type Handlers = { [K in keyof TrialCalls]: (asked: TrialCalls[K][0]) => Promise<TrialCalls[K][1]> };

type Outcome =
  | { readonly fault: string }
  | {
      readonly name: string;
      readonly records: readonly LogRecord[];
      readonly lines: number;
      /** The time (ms) of records that tell none. */
      readonly observed: number;
    };

/**
 * Tries parsers on the last lines of a file. The lines stay the same ones for as long as the file is asked about, so
 * that what is told of one parser can be held against what is told of another.
 */
export function createTrials(): Handlers {
  const limit = createLimit();
  let held: { readonly key: string; readonly sample: Promise<Sample> } | undefined;

  const sampleOf = async ({ file, source }: Trying): Promise<Sample> => {
    const { encoding } = source;
    const told = typeof encoding === "string" && encoding !== "auto" ? encoding : undefined;
    const key = JSON.stringify([file, told]);
    const sample = held?.key === key ? held.sample : readSample(file, LINES, told);
    held = { key, sample };
    return sample.catch((error) => {
      // It may have lines the next time.
      held = undefined;
      throw error;
    });
  };

  const outcome = async (trying: Trying, parser: unknown, multiline?: unknown): Promise<Outcome> => {
    const shape = Object.entries(trying.source).filter(([key]) => OF_LINES.includes(key));
    const value = { type: "file", paths: ["*"], ...Object.fromEntries(shape), parser };
    const asked = multiline === undefined ? value : { ...value, multiline };
    const checked = parseSource("tried", asked, "");
    if ("issues" in checked) return { fault: faultOf(checked.issues) };
    const sample = await sampleOf(trying);
    try {
      return parseSample(sample, checked.part, trying.file, (work) => limit.run(work, PATIENCE));
    } catch (error) {
      if (error instanceof TookTooLong) return { fault: "it takes too long over these lines" };
      throw error;
    }
  };

  return {
    async try({ parsers, ...trying }) {
      const trials: Trial[] = [];
      for (const parser of parsers) trials.push(trialOf(await outcome(trying, parser), parser));
      return trials;
    },
    async group({ parser, ways, file, source: { multiline: _, ...source } }) {
      const trials: Trial[] = [];
      for (const way of ways) trials.push(trialOf(await outcome({ file, source }, parser, way), parser));
      return trials;
    },
    async preview({ parser, words, ...trying }): Promise<TrialPreview> {
      const found = await outcome(trying, parser);
      if ("fault" in found) return { text: found.fault, titles: [], heads: [], reasons: [0] };
      const { starts } = await sampleOf(trying);
      return previewOfRecords(found.records, starts, found.observed, words);
    },
  };
}

/** All lines of a sample, as the engine would read them. @param limited runs work that may take any time */
function parseSample(
  { bytes, starts, encoding, whole }: Sample,
  source: SourceConfig,
  file: string,
  limited: <T>(work: () => T) => T,
): Outcome {
  const { timezone, ignoreOffset } = source;
  const parser = parserFor({ ...source.parser, timezone, ignoreOffset });
  const grouping = gatheringOf(source);
  const [start = 0] = starts;
  const origin = { source: source.id, file, key: "" };
  const observed = Date.now();
  const parse = () => parseLines(bytes, start, parser, origin, observed, { encoding, grouping });
  const all = parser.expressions || (grouping && "pattern" in grouping.by) ? limited(parse) : parse();
  // The first of the groups may have begun before.
  const records = grouping && !whole && all.length > 1 ? all.slice(1) : all;
  const [first] = records;
  const lines = starts.filter((at) => at >= (first?.offset ?? start)).length;
  return { name: parser.name, records, lines, observed };
}

/** @param parser as it would be configured */
function trialOf(found: Outcome, parser: unknown): Trial {
  if ("fault" in found) return { ...NOTHING, fault: found.fault };
  const { name, records, lines, observed } = found;
  const taken = records.filter(({ error }) => error === undefined);
  const fields = new Set(taken.flatMap(({ fields }) => Object.keys(fields)));
  const fits = typeof parser === "string" ? parsers[parser]?.detect : undefined;
  const fitting = fits ? taken.filter(({ raw }) => fits(raw.split("\n", 1)) > 0) : taken;
  const timed = taken.filter(({ time }) => time !== observed);
  return {
    name,
    lines,
    records: records.length,
    taken: taken.length,
    fitting: fitting.length,
    timed: timed.length,
    fields: fields.size,
  };
}

function faultOf(issues: readonly { readonly path: readonly unknown[]; readonly message: string }[]): string {
  return issues.map(({ path, message }) => [...path.slice(-1), message].join(": ")).join("; ");
}
