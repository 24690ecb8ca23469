import type { SinkConfig } from "../config/config.ts";
import { type Part, parseSink, templatesIn } from "../config/parts.ts";
import { type SecretSource, secretsOf } from "../config/secrets.ts";
import { expand } from "../config/variables.ts";
import type { SinkDraft, SinkFault, SinkTest } from "../protocol/engine.ts";
import type { SentWords, TrialPreview } from "../protocol/trial.ts";
import { previewOfDraft } from "./draft-preview.ts";
import type { Newest } from "./newest.ts";
import { trySink } from "./try-sink.ts";

/** A sink that someone is putting together: what is wrong with it, and whether its destination answers. */
export interface SinkDrafts {
  /** As the schema has it; nothing is asked of the destination. */
  check(draft: SinkDraft): Promise<readonly SinkFault[]>;
  /** What it would be sent of the newest records; undefined where it is no sink yet. Nothing is sent. */
  preview(draft: SinkDraft & { readonly words: SentWords }): Promise<TrialPreview | undefined>;
  /** Tries the destination as a real write would, and sends no record. */
  test(draft: SinkDraft): Promise<SinkTest>;
}

/** Records that a preview is made of. */
const RECORDS = 100;
/** So long (ms) they are the newest: someone may be typing. */
const FRESH = 1_000;

/** @param newest so many of the newest records that a new sink would get */
export function createSinkDrafts(
  env: NodeJS.ProcessEnv,
  secrets: SecretSource,
  newest: (limit: number) => Promise<Newest>,
): SinkDrafts {
  let held: { readonly until: number; readonly found: Promise<Newest> } | undefined;
  const recent = (): Promise<Newest> => {
    const now = performance.now();
    if (!held || now > held.until) held = { until: now + FRESH, found: newest(RECORDS) };
    return held.found;
  };
  const read = async ({ id, value, baseDir, folders }: SinkDraft): Promise<Part<SinkConfig>> => {
    const known = await secretsOf([value], secrets);
    const expanded = expand(value, folders, env, templatesIn(value), known);
    if (expanded.problems.length > 0) return { issues: expanded.problems };
    const part = parseSink(id, expanded.value, baseDir);
    return "part" in part ? { part: { ...part.part, secrets: expanded.secrets } } : part;
  };
  return {
    async check(draft) {
      const sink = await read(draft);
      return "part" in sink ? [] : sink.issues.map(({ path, message }) => ({ path, message }));
    },
    async preview({ words, ...draft }) {
      const sink = await read(draft);
      if (!("part" in sink)) return undefined;
      return previewOfDraft(sink.part, draft.dataDir, await recent(), words);
    },
    async test(draft) {
      const sink = await read(draft);
      if ("part" in sink) return trySink(sink.part, draft.dataDir);
      const text = sink.issues.map(({ path, message }) =>
        [path.join("."), message].filter(Boolean).join(": "),
      );
      return { sink: draft.id, good: false, text: text.join("; ") };
    },
  };
}
