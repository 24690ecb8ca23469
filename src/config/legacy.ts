import { z } from "zod";
import type { PlainIssue } from "./issues.ts";

type Path = readonly (string | number)[];
interface OldSource {
  readonly value: { readonly paths: string[]; readonly parser: string };
  /** Where the old file says so. */
  readonly place: Path;
}

export interface Modern {
  readonly values: unknown;
  /** What of the old file can't be read. */
  readonly errors: readonly PlainIssue[];
  /** What of it does nothing here, or gives way to today's keys. */
  readonly warnings: readonly PlainIssue[];
  /** Where a path within `values` stands in the file. */
  placeOf(path: Path): Path;
}

const record = z.record(z.string(), z.unknown());
const entry = z.looseObject({ logtopic: z.string().min(1), logpath: z.string().min(1) });
const broker = z.looseObject({ kafkaaddr: z.string().min(1) });
/** The sink that `kafkaconfig` is: each source goes to the topic of its name, as the lines were read. */
const KAFKA = "kafka";

/**
 * Reads the keys of the systems this one grew out of as today's sources: `configpath` of logcatchsys part 4
 * (a name for each path), `collectlogs` of parts 5 to 8 (a Kafka topic for each path) with the broker of
 * `kafkaconfig` as a sink, and the list of the latter alone, as etcd held it in JSON. All other keys stay as they are, so that today's keys may stand
 * beside them and unknown ones are reported.
 */
export function modernize(values: unknown): Modern {
  const errors: PlainIssue[] = [];
  const warnings: PlainIssue[] = [];
  const old = new Map<string, OldSource>();
  const list = Array.isArray(values) && values.some((item) => entry.partial().safeParse(item).success);
  const { configpath, collectlogs, ...rest } = list ? {} : (record.safeParse(values).data ?? {});
  readPaths(configpath, old, errors);
  if (list) readTopics(values, [], old, errors);
  else readTopics(collectlogs, ["collectlogs"], old, errors);
  const legacy = list || isGiven(configpath) || isGiven(collectlogs);
  const { kafkaconfig, elasticconfig, ...others } = rest;
  const kafka = readBroker(kafkaconfig, errors);
  if (elasticconfig !== undefined) {
    const message =
      "elasticconfig is not used: it was of the program that read from Kafka. To index what is read here, add a sink " +
      "like { type: elasticsearch, url: http://localhost:9200, index: ${source}, documents: topic }";
    warnings.push({ path: ["elasticconfig"], message });
  }
  if (!legacy && kafkaconfig === undefined && elasticconfig === undefined) {
    return { values, errors, warnings, placeOf: (path) => path };
  }

  const sinks = record.safeParse(others.sinks ?? {});
  const ownKafka = sinks.success && Object.hasOwn(sinks.data, KAFKA);
  if (kafka && ownKafka) {
    const message = `is not used: sinks.${KAFKA} is defined in today's layout too`;
    warnings.push({ path: ["kafkaconfig"], message });
  }
  const withKafka = kafka && sinks.success && !ownKafka;
  const all = withKafka ? { ...others, sinks: { [KAFKA]: kafka, ...sinks.data } } : others;

  const own = record.safeParse(all.sources ?? {});
  for (const [id, { place }] of own.success ? old : []) {
    if (!own.data || !Object.hasOwn(own.data, id)) continue;
    old.delete(id);
    warnings.push({ path: place, message: `is not used: sources.${id} is defined in today's layout too` });
  }
  const sources = Object.fromEntries([...old].map(([id, { value }]) => [id, value]));
  return {
    values: own.success && old.size > 0 ? { ...all, sources: { ...sources, ...own.data } } : all,
    errors,
    warnings,
    placeOf: ([kind, id, ...more]) => {
      const place = kind === "sources" ? old.get(String(id))?.place : undefined;
      if (place) return place;
      if (withKafka && kind === "sinks" && id === KAFKA) return ["kafkaconfig", "kafkaaddr"];
      return [kind, id, ...more].filter((part) => part !== undefined);
    },
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function readBroker(kafkaconfig: unknown, errors: PlainIssue[]): object | undefined {
  if (!isGiven(kafkaconfig)) return undefined;
  const given = broker.safeParse(kafkaconfig);
  if (given.success) return { type: "kafka", brokers: given.data.kafkaaddr };
  const message = 'must be an object with kafkaaddr, like {"kafkaaddr": "localhost:9092"}';
  errors.push({ path: ["kafkaconfig"], message });
  return undefined;
}

function readPaths(configpath: unknown, old: Map<string, OldSource>, errors: PlainIssue[]): void {
  if (!isGiven(configpath)) return;
  const names = record.safeParse(configpath);
  if (!names.success) {
    errors.push({
      path: ["configpath"],
      message: 'must be an object: a name for each path, like {"app": "/logs/app.log"}',
    });
    return;
  }
  for (const [id, path] of Object.entries(names.data)) {
    const place = ["configpath", id];
    if (typeof path === "string" && path !== "")
      old.set(id, { value: { paths: [path], parser: "auto" }, place });
    else errors.push({ path: place, message: "must be the path of a log file" });
  }
}

function readTopics(
  collectlogs: unknown,
  base: Path,
  old: Map<string, OldSource>,
  errors: PlainIssue[],
): void {
  if (!isGiven(collectlogs)) return;
  const message = "must be a list of objects with logtopic and logpath";
  if (!Array.isArray(collectlogs)) {
    errors.push({ path: base, message });
    return;
  }
  for (const [at, item] of collectlogs.entries()) {
    const place = [...base, at];
    const one = entry.safeParse(item);
    if (!one.success) {
      const key = one.error.issues[0]?.path[0];
      if (typeof key === "string") errors.push({ path: [...place, key], message: "is missing, or no text" });
      else errors.push({ path: place, message });
      continue;
    }
    const { logtopic, logpath, ...rest } = one.data;
    for (const key of Object.keys(rest))
      errors.push({ path: [...place, key], message: `unknown key "${key}". Known here: logtopic, logpath.` });
    const known = old.get(logtopic);
    if (known) known.value.paths.push(logpath);
    else old.set(logtopic, { value: { paths: [logpath], parser: "auto" }, place });
  }
}
