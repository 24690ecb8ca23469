import { setTimeout as delay } from "node:timers/promises";
import { RetryLater, reasonOf } from "../errors.ts";
import type { Answer, Http } from "../lib/http.ts";

/** A node that could not be reached is asked after all others for this long (ms). */
const SHUN = 30_000;
/** What a node answers that is up and can't serve: a proxy without its server, a node without its cluster. */
const UNFIT = [502, 503, 504];

/** The nodes of one cluster: any of them takes any request. */
export interface Nodes {
  /**
   * Asks the nodes in turn, beginning with another one each time, until one answers.
   * @param given ends it: no other node is asked then
   * @throws RetryLater with what is wrong with each, always in the same order, when none can be reached
   */
  send(
    method: string,
    path: string,
    body?: Buffer,
    headers?: Readonly<Record<string, string>>,
    given?: AbortSignal,
  ): Promise<Answer>;
  /**
   * Asks each node by itself, in their order: what it answers, or why it can't be reached.
   * @param patience how long (ms) one may take
   */
  each(path: string, patience: number): Promise<readonly Node[]>;
}

/** What one of them said. */
export interface Node {
  readonly url: string;
  readonly answer?: Answer;
  readonly error?: unknown;
}

/** It is up and can't serve. */
export function isUnfit({ status }: Answer): boolean {
  return UNFIT.includes(status);
}

/** @param now a clock that never goes back, in ms */
export function createNodes(
  urls: readonly string[],
  http: Pick<Http, "send">,
  now: () => number = () => performance.now(),
): Nodes {
  const nodes = urls.map((url) => ({ url: url.replace(/\/+$/, ""), shunnedUntil: Number.NEGATIVE_INFINITY }));
  let turn = 0;
  return {
    async send(method, path, body, headers, given) {
      const first = turn++ % nodes.length;
      const order = [...nodes.slice(first), ...nodes.slice(0, first)];
      const at = now();
      order.sort((a, b) => Number(a.shunnedUntil > at) - Number(b.shunnedUntil > at));
      const failures = new Map<string, unknown>();
      let unfit: Answer | undefined;
      for (const node of order) {
        try {
          const answer = await http.send(method, new URL(`${node.url}${path}`), body, headers, given);
          if (!isUnfit(answer)) {
            node.shunnedUntil = Number.NEGATIVE_INFINITY;
            return answer;
          }
          unfit = answer;
        } catch (error) {
          if (given?.aborted) throw error;
          failures.set(node.url, error);
        }
        node.shunnedUntil = now() + SHUN;
      }
      if (unfit) return unfit;
      throw unreachable(nodes.flatMap(({ url }) => failures.get(url) ?? []));
    },
    each: (path, patience) =>
      Promise.all(
        nodes.map(async ({ url }): Promise<Node> => {
          const over = new AbortController();
          const late = delay(patience, undefined, { signal: over.signal }).then(
            () => ({ url, error: new RetryLater(`${url} did not answer within ${patience} ms`) }),
            () => ({ url }),
          );
          const asked = http.send("GET", new URL(`${url}${path}`)).then(
            (answer) => ({ url, answer }),
            (error: unknown) => ({ url, error }),
          );
          try {
            return await Promise.race([asked, late]);
          } finally {
            over.abort();
          }
        }),
      ),
  };
}

/** In one order whichever was asked first: a reason that is the same as before is not told again. */
function unreachable(failures: readonly unknown[]): unknown {
  const [first] = failures;
  return failures.length > 1 ? new RetryLater([...new Set(failures.map(reasonOf))].join("; ")) : first;
}
