import { createHash } from "node:crypto";
import { z } from "zod";
import { Fatal } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import { jsonOf, wholeVerdict } from "./elastic-answer.ts";
import { patternOf } from "./elastic-names.ts";
import type { Nodes } from "./elastic-nodes.ts";
import type { ElasticOptions } from "./elastic-options.ts";

/** Of several policies that fit an index OpenSearch takes the one with the highest priority. */
const PRIORITY = 300;

/** How servers without the module answer: Elasticsearch 7 takes an address that it does not know for an index. */
const NO_LIFECYCLES = /no handler found for uri|Invalid index name \[_ilm\]|no such index \[_ilm\]/;

const rootAnswer = z.looseObject({ version: z.looseObject({ distribution: z.string().optional() }) });
const policyAnswer = z.looseObject({
  _seq_no: z.number(),
  _primary_term: z.number(),
  policy: z.looseObject({ description: z.string().nullish() }),
});

/** Both servers read spans as whole numbers with a unit. */
const span = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))}s`;
const bytes = (count: number): string => `${count}b`;

/** The body of `PUT _ilm/policy/NAME` (Elasticsearch 6.6 on): indexes are deleted so long after they ceased to be written. */
export function ilmPolicy({ deleteAfter, rolloverAge, rolloverSize }: Lifecycle): object {
  const rollover = {
    ...(rolloverAge !== undefined && { max_age: span(rolloverAge) }),
    ...(rolloverSize !== undefined && { max_primary_shard_size: bytes(rolloverSize) }),
  };
  return {
    policy: {
      _meta: { description: "Installed by Log Monitor" },
      phases: {
        hot: { actions: Object.keys(rollover).length > 0 ? { rollover } : {} },
        delete: { min_age: span(deleteAfter), actions: { delete: {} } },
      },
    },
  };
}

/** The body of `PUT _plugins/_ism/policies/NAME` (OpenSearch); its description tells whether it is the same. */
export function ismPolicy(index: string, { deleteAfter, rolloverAge, rolloverSize }: Lifecycle) {
  const rollover = {
    ...(rolloverAge !== undefined && { min_index_age: span(rolloverAge) }),
    ...(rolloverSize !== undefined && { min_primary_shard_size: bytes(rolloverSize) }),
  };
  const rolls = Object.keys(rollover).length > 0;
  const states = [
    {
      name: "hot",
      actions: rolls ? [{ rollover }] : [],
      // The index that a data stream writes to can't be deleted.
      transitions: [
        {
          state_name: "delete",
          conditions: { [rolls ? "min_rollover_age" : "min_index_age"]: span(deleteAfter) },
        },
      ],
    },
    { name: "delete", actions: [{ delete: {} }], transitions: [] },
  ];
  const policy = {
    default_state: "hot",
    states,
    ism_template: [{ index_patterns: [patternOf(index)], priority: PRIORITY }],
  };
  const mark = createHash("sha256").update(JSON.stringify(policy)).digest("hex").slice(0, 12);
  return { policy: { description: `Installed by Log Monitor (${mark})`, ...policy } };
}

type Lifecycle = NonNullable<ElasticOptions["lifecycle"]>;

/**
 * Installs the policy that the options ask for, if they do.
 * @returns its name where the template has to name it
 * @throws Fatal or RetryLater when the server does not take it
 */
export async function installPolicy(
  nodes: Nodes,
  name: string,
  { lifecycle, index }: ElasticOptions,
  place: string,
): Promise<string | undefined> {
  if (!lifecycle) return undefined;
  const root = await nodes.send("GET", "/");
  if (root.status !== 200) throw wholeVerdict(root, place);
  const server = rootAnswer.safeParse(jsonOf(root.text));
  if (server.data?.version.distribution === "opensearch") {
    await installIsm(nodes, name, ismPolicy(index, lifecycle), place);
    return undefined;
  }
  const answer = await put(nodes, `/_ilm/policy/${encodeURIComponent(name)}`, ilmPolicy(lifecycle));
  if (answer.status !== 200) throw refusal(answer, name, place);
  return name;
}

/**
 * Whether the server has lifecycles, and shows them to whoever signs in; none is installed.
 * @returns the policy's name where the template has to name it
 * @throws Fatal or RetryLater when it could not be installed
 */
export async function checkLifecycle(
  nodes: Nodes,
  name: string,
  { lifecycle }: ElasticOptions,
  place: string,
  opensearch: boolean,
): Promise<string | undefined> {
  if (!lifecycle) return undefined;
  const path = opensearch ? "/_plugins/_ism/policies/" : "/_ilm/policy/";
  const answer = await nodes.send("GET", path + encodeURIComponent(name));
  const absent = answer.status === 404 && !NO_LIFECYCLES.test(answer.text);
  if (answer.status !== 200 && !absent) throw refusal(answer, name, place);
  return opensearch ? undefined : name;
}

async function installIsm(
  nodes: Nodes,
  name: string,
  body: ReturnType<typeof ismPolicy>,
  place: string,
): Promise<void> {
  const path = `/_plugins/_ism/policies/${encodeURIComponent(name)}`;
  const there = await nodes.send("GET", path);
  if (there.status !== 200 && there.status !== 404) throw refusal(there, name, place);
  const known = there.status === 200 ? policyAnswer.safeParse(jsonOf(there.text)).data : undefined;
  if (known?.policy.description === body.policy.description) return;
  const condition = known ? `?if_seq_no=${known._seq_no}&if_primary_term=${known._primary_term}` : "";
  const answer = await put(nodes, path + condition, body);
  // 409: another one that starts at the same time was faster.
  if (![200, 201, 409].includes(answer.status)) throw refusal(answer, name, place);
}

function put(nodes: Nodes, path: string, body: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return nodes.send("PUT", path, Buffer.from(JSON.stringify(body)), headers);
}

function refusal(answer: Answer, name: string, place: string): Error {
  if (NO_LIFECYCLES.test(answer.text)) {
    return new Fatal(
      `${place} has no lifecycles of indexes: leave lifecycle out, or add the module to the server`,
    );
  }
  const verdict = wholeVerdict(answer, place);
  return verdict instanceof Fatal
    ? new Fatal(`the lifecycle ${name} was not taken: ${verdict.message}`)
    : verdict;
}
