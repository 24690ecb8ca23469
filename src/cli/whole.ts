import { readDocument } from "../config/document.ts";
import { modernize } from "../config/legacy.ts";
import { parseConfig } from "../config/parse.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * The same configuration for a run that reads every file from its start and then ends: sources begin at the
 * start whatever they say, and there is no monitor. To be called for a configuration without errors.
 */
export async function wholeFiles(input: ConfigInput, env: NodeJS.ProcessEnv): Promise<ConfigInput> {
  const layers: Layer[] = [];
  const { files } = await parseConfig(input, env);
  for (const file of files) {
    const { values, baseDir } = await readDocument(file);
    layers.push({ origin: "arguments", baseDir, values: fromStart(modernize(values).values) });
  }
  for (const layer of input.layers)
    layers.push({ ...layer, values: { ...asValues(layer.values), ...fromStart(layer.values) } });
  layers.push({ origin: "arguments", baseDir: input.dataDir, values: { monitor: false } });
  return { ...input, layers };
}

/** The sources of a layer, those that have a start or an end to begin at. */
function fromStart(values: unknown): Values {
  const { sources } = asValues(values);
  if (sources === undefined) return {};
  const changed = Object.entries(asValues(sources)).map(([id, source]) => {
    const { type = "file" } = asValues(source);
    return [id, type === "file" ? { ...asValues(source), from: "start" } : source];
  });
  return { sources: Object.fromEntries(changed) };
}

function asValues(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}
