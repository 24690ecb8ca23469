import { resolve } from "node:path";
import { z } from "zod";
import { createConcealer, secretsIn } from "../lib/conceal.ts";
import type { ConfigInput, ConfigIssue } from "../protocol/engine.ts";
import { sources as sourceTypes } from "../sources/index.ts";
import { collectAll, type Item, type Items, type Origin, placeOf, type Say } from "./collect.ts";
import type { Config, SinkConfig, SourceConfig } from "./config.ts";
import { etcdWants, holdForConsent } from "./consent.ts";
import { readDocument } from "./document.ts";
import { entriesOf } from "./entries.ts";
import type { Kept } from "./etcd-kept.ts";
import { type ReadEtcd, readEtcdLayer } from "./etcd-layer.ts";
import { type EtcdOptions, etcdSchema } from "./etcd-options.ts";
import { expressionsOf, type PlacedExpression } from "./expressions.ts";
import { sharedInputs } from "./inputs.ts";
import { issuesOf, type PlainIssue } from "./issues.ts";
import { type Chain, modernize } from "./legacy.ts";
import { kafkaLoops } from "./loops.ts";
import { wrongSinks } from "./named-sinks.ts";
import { sharedOutputs } from "./outputs.ts";
import { type Part, parseSink, parseSource, templatesIn } from "./parts.ts";
import { plainSecrets } from "./plain-secrets.ts";
import { monitorSchema, spoolSchema, storeSchema } from "./schema.ts";
import { askedOnce, type SecretSource, type SecretValues, secretsOf, secretsOfEnv } from "./secrets.ts";
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
  /** What came of each layer. */
  readonly items: Items;
  /** Where a part comes from etcd. */
  readonly etcd?: {
    readonly options: EtcdOptions;
    /** Servers that the user has not allowed the workspace to ask: they were not. */
    readonly wants: readonly string[];
    /** What it defines may be more than is known: it was not reached and nothing is kept, or a key can't be read. */
    readonly unknown: boolean;
    /** Keys with something that was refused. */
    readonly refused: readonly string[];
    /** Items, like `sources.access`, for which something older is in force. */
    readonly stale: readonly string[];
    /** What is good of it, to be kept when it comes into force; undefined when it is what was kept. */
    readonly keep: Kept | undefined;
  };
}

/**
 * Works out the configuration. Each source and sink is checked for itself: one that is refused gives issues
 * and is named in `refused`; everything valid is in `config`. Never throws for bad input.
 * @param secretSource where `${secret:NAME}` comes from
 * @param readEtcd where a part of it comes from etcd; it need not be reached
 */
export async function parseConfig(
  input: ConfigInput,
  env: NodeJS.ProcessEnv,
  secretSource: SecretSource = secretsOfEnv(env),
  readEtcd: ReadEtcd = async () => undefined,
): Promise<Loaded> {
  const issues: ConfigIssue[] = [];
  const refused = new Set<string>();
  const files: string[] = [];
  const secrets = askedOnce(secretSource);
  let chain: Chain | undefined;

  const say = (
    origin: Origin,
    { path, message, missing }: PlainIssue,
    severity: ConfigIssue["severity"] = "error",
    code?: ConfigIssue["code"],
  ): void => {
    issues.push({
      severity,
      message,
      ...(code && { code }),
      ...(missing && { missing }),
      ...placeOf(origin, path),
    });
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
      const { values, errors, warnings, chain: described, placeOf } = modernize(document.values);
      chain = described;
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

  const expanded = (item: Item, known?: SecretValues, tell: Say = say) => {
    const { folder, baseDir } = item.layer;
    const own = input.folders.filter(({ name, path }) => name === folder && path === baseDir);
    const result = expand(item.value, [...own, ...input.folders], env, templatesIn(item.value), known);
    const { problems, doubts } = result;
    for (const problem of problems) tell(item, { ...problem, path: [...item.path, ...problem.path] });
    for (const { path, message } of doubts) tell(item, { path: [...item.path, ...path], message }, "warning");
    return problems.length > 0 ? undefined : result;
  };

  const one = <S extends z.ZodType>(
    name: string,
    item: Item | undefined,
    schema: S,
    otherwise: z.output<S>,
    known?: SecretValues,
  ): z.output<S> => {
    if (!item) return otherwise;
    const { value } = expanded(item, known) ?? {};
    if (value === undefined) return otherwise;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    refused.add(name);
    for (const issue of issuesOf(result.error, [name], schema, value)) say(item, issue);
    return otherwise;
  };

  const isOfOwn = (origin: Origin): boolean => !isOfWorkspace(origin, fileOf?.layer, input.folders);
  const fetched = async () => {
    const { single } = collectAll(origins, () => {});
    const item = single.get("etcd");
    // {} is the setting's default.
    if (!item || entriesOf(item.value)?.length === 0) return undefined;
    if (!input.trusted) {
      say(item, untrusted(["etcd"], "etcd is not asked"), "warning");
      return undefined;
    }
    const known = await secretsOf([item.value], secrets);
    const options = one("etcd", item, etcdSchema.optional(), undefined, known);
    // All that came from there is unknown now.
    if (!options) return void refused.add("*");
    const wants = isOfOwn(item) ? [] : etcdWants(options, input.allowed);
    if (wants.length > 0) {
      const message = `waits for consent to ask ${wants.join(", ")}: allow it with the command "Log Monitor: Allow…"`;
      say(item, { path: ["etcd"], message }, "warning");
    }
    const hidden = expanded(item, known, () => {})?.secrets;
    const read: ReadEtcd = async (given, baseDir) =>
      wants.length > 0 ? undefined : readEtcd(given, baseDir, hidden);
    const layer = await readEtcdLayer(options, item.layer.baseDir, dataDirOf(single), read, chain);
    return { item, options, wants, layer };
  };
  const dataDirOf = (single: Items["single"]): string => {
    const item = single.get("dataDir");
    const { value } = (item && expanded(item, undefined, () => {})) ?? {};
    const dir = typeof value === "string" && value !== "" ? value : input.dataDir;
    return resolve(item?.layer.baseDir ?? input.dataDir, dir);
  };
  const etcd = await fetched();
  if (etcd) {
    issues.push(...etcd.layer.issues);
    const given = origins.findIndex(({ layer }) => layer.origin === "arguments");
    origins.splice(given < 0 ? origins.length : given, 0, etcd.layer.origin);
  }
  const items = collectAll(origins, say);
  const { sourceItems, sinkItems, single } = items;

  // Also of what takes the place of a refused item.
  const kept = [...sourceItems.values(), ...sinkItems.values()].map(
    ({ path }) => etcd?.layer.older(path.join("."))?.value,
  );
  const values = input.trusted
    ? await secretsOf([...origins.map(({ layer }) => layer.values), ...kept], secrets)
    : UNASKED;
  if (input.plainSecrets) {
    for (const item of [...sourceItems.values(), ...sinkItems.values(), ...single.values()]) {
      if (item.layer.origin === "arguments") continue;
      for (const { path, message } of plainSecrets(item.value, input.plainSecrets === true))
        say(item, { path: [...item.path, ...path], message }, "warning", "plainSecret");
    }
  }

  const parts = <T extends SinkConfig | SourceConfig>(
    kind: "sources" | "sinks",
    items: Map<string, Item>,
    parse: (id: string, value: unknown, baseDir: string) => Part<T>,
  ): Map<string, T> => {
    const result = new Map<string, T>();
    const read = (item: Item, tell: Say): T | undefined => {
      const { value, secrets = [] } = expanded(item, values, tell) ?? {};
      const part = value === undefined ? { issues: [] } : parse(item.id, value, item.layer.baseDir);
      if ("part" in part) return { ...part.part, ...(secrets.length > 0 && { secrets }) };
      const conceal = createConcealer([...secrets, ...secretsIn(value)]);
      for (const { path, message } of part.issues)
        tell(item, { path: [...item.path, ...path], message: conceal.text(message) });
      return undefined;
    };
    for (const [id, item] of items) {
      let part = read(item, say);
      for (const older of part === undefined ? olderOf(item) : []) {
        part = read(older, () => {});
        if (part === undefined) continue;
        items.set(id, older);
        break;
      }
      if (part !== undefined) result.set(id, part);
      else refused.add(`${kind}.${id}`);
    }
    return result;
  };
  /** Items of etcd whose present value is refused. */
  const bad = new Set<string>();
  /** What etcd last had of it, and what it overrides: whoever writes there is not here to mend it. */
  const olderOf = (item: Item): Item[] => {
    const name = item.path.join(".");
    if (!etcd || item.layer.origin !== "etcd") return [];
    bad.add(name);
    const older = etcd.layer.older(name);
    return [...(older ? [{ ...item, value: older.value }] : []), ...(item.over ? [item.over] : [])];
  };

  const store = one("store", single.get("store"), storeSchema, true);
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
  for (const { id, option, message } of sharedInputs(sources.values())) {
    const item = sourceItems.get(id);
    if (item) say(item, { path: [...item.path, option], message });
    sources.delete(id);
    refused.add(`sources.${id}`);
  }

  const expressions: PlacedExpression[] = [];
  for (const [id, source] of sources) {
    const item = sourceItems.get(id);
    if (!item) continue;
    for (const { option, message } of sourceTypes[source.type]?.doubts?.(source.options as never) ?? [])
      say(item, { path: [...item.path, option], message }, "warning");
    for (const { pattern, flags, path } of expressionsOf(source, item.value))
      expressions.push({ pattern, flags, place: placeOf(item, [...item.path, ...path]) });
  }
  // It may be one of etcd's.
  const unsure = etcd !== undefined && (!etcd.layer.reached || etcd.layer.unknown);
  for (const { id, path, message, sink, missing } of wrongSinks(sourceItems, sources, sinks, refused)) {
    const [item, source] = [sourceItems.get(id), sources.get(id)];
    const doubtful = missing && unsure;
    if (item) say(item, { path: [...item.path, ...path], message }, doubtful ? "warning" : "error");
    if (!source) continue;
    const { searchIn: _, ...rest } = source;
    if (path[0] === "sinks") doubtful && sources.set(id, { ...source, awaits: sink });
    else if (!doubtful) sources.set(id, rest);
  }

  for (const { source, message } of kafkaLoops(sources.values(), sinks)) {
    const item = sourceItems.get(source);
    if (item) say(item, { path: item.path, message }, "warning");
  }

  const dataDir = one("dataDir", single.get("dataDir"), z.string().min(1), input.dataDir);
  const dataItem = single.get("dataDir");
  const parsed: Config = {
    sources,
    sinks,
    monitor: one("monitor", single.get("monitor"), monitorSchema, monitorSchema.parse({})),
    spool: one("spool", single.get("spool"), spoolSchema, spoolSchema.parse({})),
    dataDir: resolve(dataItem?.layer.baseDir ?? input.dataDir, dataDir),
  };
  const ofWorkspace = (part: string): boolean => {
    const [kind, id] = [part.slice(0, part.indexOf(".")), part.slice(part.indexOf(".") + 1)];
    const item = (kind === "sinks" ? sinkItems : sourceItems).get(id);
    if (item === undefined) return false;
    // What etcd last said is taken from the data folder, which a workspace may bring with it.
    const whose = item.layer.origin === "etcd" && etcd ? [etcd.item, single.get("dataDir")] : [item];
    return whose.some((one) => one !== undefined && !isOfOwn(one));
  };
  const config = input.allowed ? holdForConsent(parsed, input.allowed, ofWorkspace) : parsed;
  const keys = issues.filter(({ severity }) => severity === "error").map(({ key }) => key);
  return {
    config: input.trusted ? config : restrict(config, input, items, say),
    issues,
    refused: [...refused],
    files,
    expressions,
    items,
    ...(etcd && {
      etcd: {
        options: etcd.options,
        wants: etcd.wants,
        unknown: etcd.layer.unknown,
        refused: [...new Set(keys)].filter((key) => key !== undefined),
        stale: [...bad],
        keep: etcd.layer.keep((name) => !bad.has(name)),
      },
    }),
  };
}

/** Secrets of a workspace that is not trusted: nothing that needs one runs there. */
const UNASKED: SecretValues = { get: (name) => `\${secret:${name}}`, missing: (name) => name };

function stringAt(values: unknown, name: string): string | undefined {
  const value =
    typeof values === "object" && values !== null ? (values as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
