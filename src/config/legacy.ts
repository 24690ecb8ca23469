import { z } from "zod";
import { ID } from "./collect.ts";
import type { PlainIssue } from "./issues.ts";

type Path = readonly (string | number)[];
interface OldSource {
  readonly value: { readonly paths: string[]; readonly parser: string; sinks?: readonly string[] };
  /** Of `collectlogs`: its name is a topic's. */
  readonly topic: boolean;
  /** Where the old file says so. */
  readonly place: Path;
}

export interface Modern {
  readonly values: unknown;
  /** What of the old file can't be read. */
  readonly errors: readonly PlainIssue[];
  /** What of it does nothing here, or gives way to today's keys. */
  readonly warnings: readonly PlainIssue[];
  /** The old programs' way from files over Kafka to Elasticsearch, where the file describes all of it. */
  readonly chain?: Chain;
  /** Where a path within `values` stands in the file. */
  placeOf(path: Path): Path;
}

/** From the topics of a broker to the sink that indexes what is in them. */
export interface Chain {
  readonly brokers: string;
  /** Ids of sinks: what lines are sent to, and what messages are indexed by. */
  readonly sender: string;
  readonly indexer: string;
  /** What else lines go to. */
  readonly beside: readonly string[];
}

/** The source that reads the topics back: of the file, and of a list in etcd. */
const CONSUMER = "from-kafka";
const CONSUMER_OF_LIST = "from-kafka-etcd";
/**
 * The old consumer began with the newest message. Here lines are sent while it is still joining its group: what is so
 * young is read too, at the first start.
 */
const NEWEST = "1m";

const record = z.record(z.string(), z.unknown());
const entry = z.looseObject({ logtopic: z.string().min(1), logpath: z.string().min(1) });
const broker = z.looseObject({ kafkaaddr: z.string().min(1) });
const cluster = z.looseObject({ elasticaddr: z.string().min(1) });

/** A destination of the old layout, and the sink of today that it is. */
interface OldSink {
  readonly id: string;
  /** The key of the old file. */
  readonly section: string;
  /** Where its address stands there. */
  readonly place: Path;
  readonly value: object;
}

/**
 * Reads the keys of the systems this one grew out of as today's sources and sinks: `configpath` of logcatchsys
 * part 4 (a name for each path), `collectlogs` of parts 5 to 8 (a Kafka topic for each path) with the broker of
 * `kafkaconfig` and the server of `elasticconfig` as sinks, and the list of `collectlogs` alone, as etcd held it in
 * JSON. Where broker and server are given, lines go to the topics alone, and a source of type kafka reads these for the
 * server, as the old consumer did. All other keys stay as they are, so that today's keys may stand beside them and
 * unknown ones are reported.
 * @param around what the configuration file says of the way of such a list
 */
export function modernize(values: unknown, around?: Chain): Modern {
  const errors: PlainIssue[] = [];
  const warnings: PlainIssue[] = [];
  const read = new Map<string, OldSource>();
  const list = Array.isArray(values) && values.some((item) => entry.partial().safeParse(item).success);
  const { configpath, collectlogs, ...rest } = list ? {} : (record.safeParse(values).data ?? {});
  readPaths(configpath, read, errors);
  if (list) readTopics(values, [], read, errors);
  else readTopics(collectlogs, ["collectlogs"], read, errors);
  const legacy = list || isGiven(configpath) || isGiven(collectlogs);
  const { kafkaconfig, elasticconfig, ...others } = rest;
  const given = [readBroker(kafkaconfig, errors), readCluster(elasticconfig, errors)];
  if (!legacy && kafkaconfig === undefined && elasticconfig === undefined) {
    return { values, errors, warnings, placeOf: (path) => path };
  }

  const sinks = record.safeParse(others.sinks ?? {});
  const oldSinks = new Map<string, OldSink>();
  for (const sink of given) {
    if (!sink || !sinks.success) continue;
    if (!Object.hasOwn(sinks.data, sink.id)) oldSinks.set(sink.id, sink);
    else {
      const message = `is not used: sinks.${sink.id} is defined in today's layout too`;
      warnings.push({ path: [sink.section], message });
    }
  }
  const added = Object.fromEntries([...oldSinks].map(([id, { value }]) => [id, value]));
  const all = sinks.success && oldSinks.size > 0 ? { ...others, sinks: { ...added, ...sinks.data } } : others;

  const own = record.safeParse(all.sources ?? {});
  const old = named(read, Object.keys(own.data ?? {}), warnings);
  for (const [id, { place }] of own.success ? old : []) {
    if (!own.data || !Object.hasOwn(own.data, id)) continue;
    old.delete(id);
    warnings.push({ path: place, message: `is not used: sources.${id} is defined in today's layout too` });
  }
  const chain = list ? around : chainOf(oldSinks, others);
  const topics = chain ? [...old].filter(([, { topic }]) => topic) : [];
  if (chain) for (const [, { value }] of topics) value.sinks = [chain.sender, ...chain.beside];
  const consumer = list ? CONSUMER_OF_LIST : CONSUMER;
  const sources = {
    ...Object.fromEntries([...old].map(([id, { value }]) => [id, value])),
    ...(chain &&
      topics.length > 0 && {
        [consumer]: consumerOf(
          chain,
          topics.map(([id]) => id.replaceAll("/", "-")),
        ),
      }),
  };
  return {
    values: own.success && old.size > 0 ? { ...all, sources: { ...sources, ...own.data } } : all,
    errors,
    warnings,
    ...(chain && { chain }),
    placeOf: ([kind, id, ...more]) => {
      const place = kind === "sources" ? old.get(String(id))?.place : undefined;
      if (place) return place;
      if (kind === "sources" && id === consumer && topics.length > 0) return list ? [] : ["collectlogs"];
      const sink = kind === "sinks" ? oldSinks.get(String(id)) : undefined;
      if (sink) return sink.place;
      return [kind, id, ...more].filter((part) => part !== undefined);
    },
  };
}

/** Under ids: what can't stand in one becomes -, as it does in the name of a topic. */
function named(
  read: ReadonlyMap<string, OldSource>,
  others: readonly string[],
  warnings: PlainIssue[],
): Map<string, OldSource> {
  const taken = new Set([...read.keys(), ...others, CONSUMER, CONSUMER_OF_LIST]);
  return new Map(
    [...read].map(([name, source]) => {
      if (ID.test(name)) return [name, source];
      const plain = name.replace(/[^\w./-]/g, "-");
      const flat = plain.replaceAll("/", "-");
      const base = [plain, flat].find((one) => ID.test(one)) ?? (flat.replaceAll(".", "-") || "-");
      let id = base;
      for (let at = 2; taken.has(id); at++) id = `${base}-${at}`;
      taken.add(id);
      const message = `"${name}" can't be an id (letters, digits, _ . and -): the source is called ${id}`;
      warnings.push({ path: source.place, message });
      return [id, source];
    }),
  );
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Where both ends of the way are of the old layout. */
function chainOf(
  sinks: ReadonlyMap<string, OldSink>,
  others: Readonly<Record<string, unknown>>,
): Chain | undefined {
  const [kafka, elastic] = [sinks.get("kafka"), sinks.get("elasticsearch")];
  if (!kafka || !elastic) return undefined;
  const { brokers } = kafka.value as { readonly brokers: string };
  const off =
    others.store === false || (others.sinks as { readonly store?: unknown } | undefined)?.store === false;
  return { brokers, sender: kafka.id, indexer: elastic.id, beside: off ? [] : ["store"] };
}

function consumerOf({ brokers, indexer }: Chain, topics: readonly string[]): object {
  return { type: "kafka", brokers, topics, from: NEWEST, parser: "auto", sinks: [indexer] };
}

/** Each source goes to the topic of its name, as the lines were read. */
function readBroker(kafkaconfig: unknown, errors: PlainIssue[]): OldSink | undefined {
  const section = "kafkaconfig";
  if (!isGiven(kafkaconfig)) return undefined;
  const given = broker.safeParse(kafkaconfig);
  if (given.success) {
    const value = { type: "kafka", brokers: given.data.kafkaaddr };
    return { id: "kafka", section, place: [section, "kafkaaddr"], value };
  }
  const message = 'must be an object with kafkaaddr, like {"kafkaaddr": "localhost:9092"}';
  errors.push({ path: [section], message });
  return undefined;
}

/**
 * The documents {topic, log, id} in an index of the topic's name. `typestr` named a type within the index, which
 * servers no longer have.
 */
function readCluster(elasticconfig: unknown, errors: PlainIssue[]): OldSink | undefined {
  const section = "elasticconfig";
  if (!isGiven(elasticconfig)) return undefined;
  const given = cluster.safeParse(elasticconfig);
  if (given.success) {
    const { elasticaddr } = given.data;
    const url = /^https?:\/\//i.test(elasticaddr) ? elasticaddr : `http://${elasticaddr}`;
    const value = { type: "elasticsearch", url, index: "${topic}", documents: "topic" };
    return { id: "elasticsearch", section, place: [section, "elasticaddr"], value };
  }
  const message = 'must be an object with elasticaddr, like {"elasticaddr": "localhost:9200"}';
  errors.push({ path: [section], message });
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
      old.set(id, { value: { paths: [path], parser: "auto" }, topic: false, place });
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
    else old.set(logtopic, { value: { paths: [logpath], parser: "auto" }, topic: true, place });
  }
}
