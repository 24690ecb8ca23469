import { z } from "zod";
import { Fatal, reasonOf } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import { jsonOf, NO_RIGHT, wholeVerdict } from "./elastic-answer.ts";
import { checkLifecycle } from "./elastic-lifecycle.ts";
import { isDataStreamName, patternOf } from "./elastic-names.ts";
import { isUnfit, type Nodes } from "./elastic-nodes.ts";
import type { ElasticOptions } from "./elastic-options.ts";
import { checkTemplate } from "./elastic-template.ts";
import type { Checked } from "./sink.ts";

/** How long (ms) one node of several may take to say that it is there. */
const PATIENCE = 5_000;
const CREATES = "action.auto_create_index";
/** Of the settings of a cluster nothing but this one, whoever has set it. */
const SETTINGS = `/_cluster/settings?include_defaults=true&filter_path=*.${CREATES}`;

const rights = z.object({
  has_all_requested: z.boolean(),
  cluster: z.record(z.string(), z.boolean()).default({}),
  index: z.record(z.string(), z.record(z.string(), z.boolean())).default({}),
});
const setting = z.object({
  action: z.object({ auto_create_index: z.union([z.string(), z.array(z.string())]) }),
});
/** What was set for the time being goes before what was set to stay, and that before what holds unset. */
const settings = z
  .object({ transient: setting.optional(), persistent: setting.optional(), defaults: setting.optional() })
  .transform(
    ({ transient, persistent, defaults }) => (transient ?? persistent ?? defaults)?.action.auto_create_index,
  );

/** A number of changes that no index has seen. */
const NOWHERE = Number.MAX_SAFE_INTEGER;
const tried = z.object({
  items: z.array(
    z.object({
      index: z.object({ status: z.number(), error: z.looseObject({ reason: z.string() }).optional() }),
    }),
  ),
});

/** The servers as they are asked: by their nodes, in the words of messages, and by the name of the template. */
export interface Target {
  readonly nodes: Nodes;
  /** `Elasticsearch at http://127.0.0.1:9200` */
  readonly place: string;
  /** `log-monitor-ID` */
  readonly name: string;
}

/**
 * Tries all that a write would need: each node, rights, pipeline, template, lifecycle, and that the index may be made.
 * Nothing is changed.
 * @throws Fatal or RetryLater with what a write would fail by
 */
export async function checkServer(target: Target, options: ElasticOptions): Promise<Checked> {
  const { nodes, place } = target;
  const { root, away } = await askEach(target);
  // Keys that may do nothing but write are not told who answers.
  if (root.status === 403) {
    if ((await missingRights(nodes, options))?.length !== 0) throw wholeVerdict(root, place);
    return { server: "Elasticsearch", note: said(away) };
  }
  const notes = [...away];
  const opensearch = /"distribution"\s*:\s*"opensearch"/.test(root.text);
  if (opensearch) {
    const signedIn = (options.user ?? options.token) !== undefined;
    if (signedIn && !(await mayWrite(target, options.index)))
      notes.push("whether the user may write only a write tells");
  } else {
    const missing = (await missingRights(nodes, options)) ?? [];
    if (missing.length > 0) {
      throw new Fatal(`${place}: the user lacks ${missing.join(", ")}: ${NO_RIGHT}`);
    }
    const streams = await streamsInstead(nodes, options);
    if (streams !== undefined) notes.push(streams);
  }
  await checkPipeline(target, options);
  if (options.template) {
    const policy = await checkLifecycle(nodes, target.name, options, place, opensearch);
    await checkTemplate(nodes, target.name, options, place, policy);
  }
  const unmade = await checkIndex(target, options.index);
  if (unmade !== undefined) notes.push(unmade);
  const number = /"number"\s*:\s*"([^"]*)"/.exec(root.text)?.[1] ?? "";
  const server = `${opensearch ? "OpenSearch" : "Elasticsearch"} ${number}`.trim();
  return { server, note: said(notes) };
}

function said(notes: readonly string[]): string | undefined {
  return notes.length === 0 ? undefined : notes.join("; ");
}

/** What the first node says of itself that can be reached, and which can't be. */
async function askEach({ nodes, place }: Target): Promise<{ root: Answer; away: readonly string[] }> {
  const away: string[] = [];
  const roots: { url: string; answer: Answer; cluster: string | undefined }[] = [];
  for (const { url, answer, error } of await nodes.each("/", PATIENCE)) {
    if (!answer) away.push(reasonOf(error));
    else if (isUnfit(answer)) away.push(`${url} answered ${answer.status}`);
    else {
      const writer = answer.status === 403 && "x-elastic-product" in answer.headers;
      if (!writer && answer.status !== 200) throw wholeVerdict(answer, place);
      if (!writer && !/"(?:lucene_version|cluster_uuid)"/.test(answer.text))
        throw new Fatal(`${url} does not answer like Elasticsearch or OpenSearch: check url`);
      // One that has not found its cluster yet says _na_.
      const cluster = /"cluster_uuid"\s*:\s*"([^"_][^"]*)"/.exec(answer.text)?.[1];
      roots.push({ url, answer, cluster });
    }
  }
  const [first] = roots;
  if (!first) throw wholeVerdict(await nodes.send("GET", "/"), place);
  const { cluster } = first;
  const stranger = roots.find((one) => one.cluster !== undefined && one.cluster !== cluster);
  if (stranger && cluster !== undefined)
    throw new Fatal(`${first.url} and ${stranger.url} are nodes of different clusters: correct url`);
  return { root: first.answer, away };
}

/** What whoever signs in may not do; nothing when the server does not tell: Elasticsearch with users tells it to anyone. */
async function missingRights(
  nodes: Nodes,
  { index, template, lifecycle }: ElasticOptions,
): Promise<readonly string[] | undefined> {
  const cluster = [...(template ? ["manage_index_templates"] : []), ...(lifecycle ? ["manage_ilm"] : [])];
  const asked = { cluster, index: [{ names: [patternOf(index)], privileges: ["create_doc"] }] };
  const body = Buffer.from(JSON.stringify(asked));
  const headers = { "content-type": "application/json" };
  const { status, text } = await nodes.send("POST", "/_security/user/_has_privileges", body, headers);
  const told = status === 200 ? rights.safeParse(jsonOf(text)).data : undefined;
  if (!told) return undefined;
  if (told.has_all_requested) return [];
  const missing = (given: Readonly<Record<string, boolean>>, of: string): string[] =>
    Object.entries(given).flatMap(([right, has]) => (has ? [] : [`${right} of ${of}`]));
  const named = [
    ...missing(told.cluster, "the cluster"),
    ...Object.entries(told.index).flatMap(([pattern, given]) => missing(given, pattern)),
  ];
  return named.length > 0 ? named : [`rights on ${patternOf(index)}`];
}

/**
 * Whether OpenSearch, which tells nobody his own rights, lets the user write to an index that is there: a document is
 * sent for a place that no index has ever got to, so that it is refused for that, after the rights were looked at.
 * @returns false when it can't be known
 * @throws Fatal when the user may not
 */
async function mayWrite({ nodes, place }: Target, index: string): Promise<boolean> {
  const name = patternOf(index);
  if (name.includes("*")) return false;
  const { status } = await nodes.send("HEAD", `/${encodeURIComponent(name)}`);
  // Another answer leaves it open whether the index is there, and a write might make it.
  if (status !== 200) return false;
  const action = { index: { _index: name, _id: "log-monitor", if_seq_no: NOWHERE, if_primary_term: 1 } };
  const body = Buffer.from(`${JSON.stringify(action)}\n{}\n`);
  const answer = await nodes.send("POST", "/_bulk", body, { "content-type": "application/x-ndjson" });
  if (answer.status === 403) throw wholeVerdict(answer, place);
  const answered = answer.status === 200 ? tried.safeParse(jsonOf(answer.text)).data : undefined;
  const { status: verdict, error } = answered?.items[0]?.index ?? {};
  if (verdict === 403) throw new Fatal(`${place} answered 403: ${error?.reason ?? ""}: ${NO_RIGHT}`);
  return verdict === 409;
}

/** What there is to say where the server's own template `logs` makes data streams of what would be indexes. */
async function streamsInstead(
  nodes: Nodes,
  { index, template }: ElasticOptions,
): Promise<string | undefined> {
  if (template || !isDataStreamName(index)) return undefined;
  const { status, text } = await nodes.send("GET", "/_index_template/logs");
  if (status !== 200 || !text.includes('"logs-*-*"')) return undefined;
  return "the server makes data streams of names like logs-*-*: for indexes choose another index, such as lines-${source}-${date}";
}

async function checkPipeline({ nodes, place }: Target, { pipeline }: ElasticOptions): Promise<void> {
  if (pipeline === undefined) return;
  const found = await nodes.send("GET", `/_ingest/pipeline/${encodeURIComponent(pipeline)}`);
  if (found.status === 404)
    throw new Fatal(`${place} has no ingest pipeline ${pipeline}: create it, or correct pipeline`);
}

/** @returns what can't be known of the index before a record comes */
async function checkIndex({ nodes, place }: Target, index: string): Promise<string | undefined> {
  const name = patternOf(index);
  const fixed = !name.includes("*");
  if (fixed && (await nodes.send("HEAD", `/${encodeURIComponent(name)}`)).status !== 404) return undefined;
  const answer = await nodes.send("GET", SETTINGS);
  const rule = answer.status === 200 ? settings.safeParse(jsonOf(answer.text)).data : undefined;
  if (rule === undefined || makes(rule, name)) return undefined;
  const words = `${place} makes no index ${name} by itself (${CREATES}: ${rule})`;
  if (!fixed) return `${words}: each index must be there, or records wait`;
  throw new Fatal(`${words}: create it, or check index and pipeline`);
}

/** Whether an index of this name is made for the first document: the first that fits it of the list says so. */
export function makes(rule: string | readonly string[], name: string): boolean {
  const list = (typeof rule === "string" ? rule.split(",") : rule).map((one) => one.trim());
  if (list.length === 1 && /^(?:true|false)$/.test(list[0] ?? "")) return list[0] === "true";
  for (const one of list) {
    const pattern = one
      .replace(/^[+-]/, "")
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("\\*", ".*");
    if (new RegExp(`^${pattern}$`).test(name)) return !one.startsWith("-");
  }
  return false;
}
