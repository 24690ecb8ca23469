import type { SinkConfig } from "../config/config.ts";
import { type Part, parseSink, templatesIn } from "../config/parts.ts";
import { type SecretSource, secretsOf } from "../config/secrets.ts";
import { expand } from "../config/variables.ts";
import type { SinkDraft, SinkFault, SinkTest } from "../protocol/engine.ts";
import { trySink } from "./try-sink.ts";

/** A sink that someone is putting together: what is wrong with it, and whether its destination answers. */
export interface SinkDrafts {
  /** As the schema has it; nothing is asked of the destination. */
  check(draft: SinkDraft): Promise<readonly SinkFault[]>;
  /** Tries the destination as a real write would, and sends no record. */
  test(draft: SinkDraft): Promise<SinkTest>;
}

export function createSinkDrafts(env: NodeJS.ProcessEnv, secrets: SecretSource): SinkDrafts {
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
