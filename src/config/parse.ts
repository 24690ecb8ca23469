import { resolve } from "node:path";
import { z } from "zod";
import { createConcealer, secretsIn } from "../lib/conceal.ts";
import type { ConfigInput, ConfigIssue, Layer } from "../protocol/engine.ts";
import type { Config, SinkConfig, SourceConfig } from "./config.ts";
import { holdForConsent } from "./consent.ts";
import { type ConfigDocument, readDocument } from "./document.ts";
import { entriesOf } from "./entries.ts";
import { expressionsOf, type PlacedExpression } from "./expressions.ts";
import { issuesOf, type PlainIssue } from "./issues.ts";
import { modernize } from "./legacy.ts";
import { sharedOutputs } from "./outputs.ts";
import { type Part, parseSink, parseSource, templatesIn } from "./parts.ts";
import { plainSecrets } from "./plain-secrets.ts";
import { configSchema, monitorSchema, spoolSchema, storeSchema } from "./schema.ts";
import { type SecretSource, type SecretValues, secretsOf, secretsOfEnv } from "./secrets.ts";
import { isOfWorkspace, restrict, untrusted } from "./trust.ts";
import { expand } from "./variables.ts";

/** What the layers come to. */
export interface Loaded {
  readonly config: Config;
  readonly issues: readonly ConfigIssue[];
  /** Parts that were refused, as `sources.id` or `sinks.id`: what runs under that id goes on. */
  readonly refused: readonly string[];
  /** Configuration files to watch, also one that does not exist yet. */
  readonly files: readonly string[];
  /** Expressions of the user's, to be looked at for such that can run away. */
  readonly expressions: readonly PlacedExpression[];
}

export interface Origin {
  readonly layer: Layer;
  readonly document: ConfigDocument | undefined;
}
export interface Item extends Origin {
  readonly id: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

const ID = /^[\w.-]+(\/[\w.-]+)*$/;

/**
 * Works out the configuration. Each source and sink is checked for itself: one that is refused gives issues
 * and is named in `refused`; everything valid is in `config`. Never throws for bad input.
 * @param secrets where `${secret:NAME}` comes from
 */
export async function parseConfig(
  input: ConfigInput,
  env: NodeJS.ProcessEnv,
  secrets: SecretSource = secretsOfEnv(env),
): Promise<Loaded> {
  const issues: ConfigIssue[] = [];
  const refused = new Set<string>();
  const files: string[] = [];

  const placeOf = ({ layer, document }: Origin, path: PlainIssue["path"]): PlacedExpression["place"] => ({
    path,
    origin: layer.origin,
    ...(layer.folder !== undefined && { folder: layer.folder }),
    ...(document && { file: document.file, ...document.place(path) }),
  });
  const say = (
    origin: Origin,
    { path, message }: PlainIssue,
    severity: ConfigIssue["severity"] = "error",
    code?: ConfigIssue["code"],
  ): void => {
    issues.push({ severity, message, ...(code && { code }), ...placeOf(origin, path) });
  };

  const origins: Origin[] = [];
  for (const layer of input.layers) origins.push({ layer, document: undefined });
  const fileOf = origins.findLast(({ layer }) => stringAt(layer.values, "configFile") !== undefined);
  if (fileOf) {
    const expanded = expand(stringAt(fileOf.layer.values, "configFile"), input.folders, env);
    for (const { message } of expanded.problems) say(fileOf, { path: ["configFile"], message });
    for (const { message } of expanded.doubts) say(fileOf, { path: ["configFile"], message }, "warning");
    const file = resolve(fileOf.layer.baseDir, String(expanded.value));
    if (!input.trusted)
      say(fileOf, untrusted(["configFile"], "the configuration file is not read"), "warning");
    else {
      files.push(file);
      const document = await readDocument(file);
      const { values, errors, warnings, placeOf } = modernize(document.values);
      const origin: Origin = {
        document: { ...document, place: (path) => document.place(placeOf(path)) },
        layer: { origin: "file", baseDir: document.baseDir, values: values ?? {} },
      };
      for (const { path, message, line, column } of document.faults) {
        issues.push({ severity: "error", message, path, origin: "file", file, line, column });
        refused.add("*");
      }
      for (const fault of errors) say(origin, fault);
      for (const warning of warnings) say(origin, warning, "warning");
      const given = origins.findIndex(({ layer }) => layer.origin === "arguments");
      origins.splice(given < 0 ? origins.length : given, 0, origin);
    }
  }

  const sourceItems = new Map<string, Item>();
  const sinkItems = new Map<string, Item>();
  const single = new Map<string, Item>();
  for (const origin of origins) collect(origin, { sourceItems, sinkItems, single }, say);

  const values = input.trusted
    ? await secretsOf(
        [...sourceItems.values(), ...sinkItems.values()].map(({ value }) => value),
        secrets,
      )
    : UNASKED;
  if (input.plainSecrets) {
    for (const item of [...sourceItems.values(), ...sinkItems.values(), ...single.values()]) {
      if (item.layer.origin === "arguments") continue;
      for (const { path, message } of plainSecrets(item.value))
        say(item, { path: [...item.path, ...path], message }, "warning", "plainSecret");
    }
  }

  const expanded = (item: Item, known?: SecretValues) => {
    const own = input.folders.filter(({ name }) => name === item.layer.folder);
    const result = expand(item.value, [...own, ...input.folders], env, templatesIn(item.value), known);
    const { problems, doubts } = result;
    for (const { path, message } of problems) say(item, { path: [...item.path, ...path], message });
    for (const { path, message } of doubts) say(item, { path: [...item.path, ...path], message }, "warning");
    return problems.length > 0 ? undefined : result;
  };

  const parts = <T extends SinkConfig | SourceConfig>(
    kind: "sources" | "sinks",
    items: Map<string, Item>,
    parse: (id: string, value: unknown, baseDir: string) => Part<T>,
  ): Map<string, T> => {
    const result = new Map<string, T>();
    for (const [id, item] of items) {
      const { value, secrets = [] } = expanded(item, values) ?? {};
      const part = value === undefined ? { issues: [] } : parse(id, value, item.layer.baseDir);
      if ("part" in part) result.set(id, { ...part.part, ...(secrets.length > 0 && { secrets }) });
      else {
        refused.add(`${kind}.${id}`);
        const conceal = createConcealer([...secrets, ...secretsIn(value)]);
        for (const { path, message } of part.issues)
          say(item, { path: [...item.path, ...path], message: conceal.text(message) });
      }
    }
    return result;
  };

  const one = <S extends z.ZodType>(name: string, schema: S, otherwise: z.output<S>): z.output<S> => {
    const item = single.get(name);
    if (!item) return otherwise;
    const { value } = expanded(item) ?? {};
    if (value === undefined) return otherwise;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    refused.add(name);
    for (const issue of issuesOf(result.error, [name], schema)) say(item, issue);
    return otherwise;
  };

  const store = one("store", storeSchema, true);
  if (refused.has("store")) refused.add("sinks.store");
  const stored = sinkItems.get("store");
  if (stored?.value === false || stored?.value === true) sinkItems.delete("store");
  const sinks = parts<SinkConfig>("sinks", sinkItems, parseSink);
  if (store !== false && stored?.value !== false && !sinkItems.has("store")) {
    const part = parseSink(
      "store",
      { type: "store", ...(typeof store === "object" && store) },
      input.dataDir,
    );
    if ("part" in part) sinks.set("store", part.part);
  }
  for (const { id, message } of sharedOutputs(sinks.values())) {
    const item = sinkItems.get(id);
    if (item) say(item, { path: [...item.path, "path"], message });
    sinks.delete(id);
    refused.add(`sinks.${id}`);
  }
  const sources = parts<SourceConfig>("sources", sourceItems, (id, value, baseDir) =>
    parseSource(id, value, baseDir, input.fromStart),
  );

  const expressions: PlacedExpression[] = [];
  for (const [id, source] of sources) {
    const item = sourceItems.get(id);
    if (!item) continue;
    for (const { pattern, flags, path } of expressionsOf(source, item.value))
      expressions.push({ pattern, flags, place: placeOf(item, [...item.path, ...path]) });
    for (const [at, sink] of (source.sinks ?? []).entries()) {
      if (sinks.has(sink) || refused.has(`sinks.${sink}`)) continue;
      const known = [...sinks.keys()].join(", ");
      say(item, {
        path: [...item.path, "sinks", at],
        message: `there is no sink "${sink}": define it under sinks, or name one of ${known}`,
      });
    }
  }

  const dataDir = one("dataDir", z.string().min(1), input.dataDir);
  const dataItem = single.get("dataDir");
  const parsed: Config = {
    sources,
    sinks,
    monitor: one("monitor", monitorSchema, monitorSchema.parse({})),
    spool: one("spool", spoolSchema, spoolSchema.parse({})),
    dataDir: resolve(dataItem?.layer.baseDir ?? input.dataDir, dataDir),
  };
  const ofWorkspace = (part: string): boolean => {
    const [kind, id] = [part.slice(0, part.indexOf(".")), part.slice(part.indexOf(".") + 1)];
    const item = (kind === "sinks" ? sinkItems : sourceItems).get(id);
    return item !== undefined && isOfWorkspace(item, fileOf?.layer, input.folders);
  };
  const config = input.allowed ? holdForConsent(parsed, input.allowed, ofWorkspace) : parsed;
  if (input.trusted) return { config, issues, refused: [...refused], files, expressions };
  return {
    config: restrict(config, input, { sourceItems, sinkItems, single }, say),
    issues,
    refused: [...refused],
    files,
    expressions,
  };
}

/** Secrets of a workspace that is not trusted: nothing that needs one runs there. */
const UNASKED: SecretValues = { get: (name) => `\${secret:${name}}`, missing: (name) => name };

export interface Items {
  readonly sourceItems: Map<string, Item>;
  readonly sinkItems: Map<string, Item>;
  readonly single: Map<string, Item>;
}
export type Say = (origin: Origin, issue: PlainIssue, severity?: ConfigIssue["severity"]) => void;

/** Sorts a layer's values into items; later layers override whole items. */
function collect(origin: Origin, { sourceItems, sinkItems, single }: Items, say: Say): void {
  const { layer } = origin;
  if (layer.values === undefined || layer.values === null) return;
  const values = entriesOf(layer.values);
  if (!values) {
    say(origin, { path: [], message: "the configuration must be an object with sources and sinks" });
    return;
  }
  const known = Object.keys(configSchema.shape);
  // Also where one folder is left: its sources are to stay the same ones when the others are taken away.
  const prefix = layer.origin === "folder" && layer.folder !== undefined ? `${layer.folder}/` : "";
  for (const [name, value] of values) {
    if (value === undefined || value === null) continue;
    if (!known.includes(name)) {
      const [issue] = issuesOf(
        configSchema.safeParse({ [name]: value }).error ?? new z.ZodError([]),
        [],
        configSchema,
      );
      if (issue) say(origin, issue);
      continue;
    }
    if (name !== "sources" && name !== "sinks") {
      single.set(name, { ...origin, id: name, path: [name], value });
      continue;
    }
    const items = entriesOf(value);
    if (!items) {
      say(origin, {
        path: [name],
        message: `must be an object: an id for each ${name === "sources" ? "source" : "sink"}`,
      });
      continue;
    }
    for (const [id, item] of items) {
      if (!ID.test(id))
        say(origin, { path: [name, id], message: `"${id}" can't be an id: use letters, digits, _ . and -` });
      else if (name === "sources")
        sourceItems.set(prefix + id, { ...origin, id: prefix + id, path: [name, id], value: item });
      else
        sinkItems.set(id, {
          ...origin,
          id,
          path: [name, id],
          value: id === "store" ? typedStore(item) : item,
        });
    }
  }
}

/** `sinks.store` needs no type. */
function typedStore(value: unknown): unknown {
  return typeof value === "object" && value !== null && !("type" in value)
    ? { type: "store", ...value }
    : value;
}

function stringAt(values: unknown, name: string): string | undefined {
  const value =
    typeof values === "object" && values !== null ? (values as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
