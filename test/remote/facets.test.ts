import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { facetsOf } from "../../src/remote/facets.ts";
import { FIELD_CAPS, readMapping } from "../../src/remote/mapping.ts";
import { createRemoteSearch } from "../../src/remote/search.ts";
import { type RemoteIndex, remoteIndex } from "../../src/sinks/elastic-index.ts";
import type { Nodes } from "../../src/sinks/elastic-nodes.ts";

const long = { long: { searchable: true, aggregatable: true } };
const caps = { fields: { "fields.few": long, "fields.many": long } };

const bucket = (key: number) => ({ key, doc_count: 1, doc_count_error_upper_bound: 0 });
const listed = (count: number, others: number) => ({
  doc_count_error_upper_bound: 0,
  sum_other_doc_count: others,
  buckets: Array.from({ length: count }, (_, i) => bucket(i)),
});
const numbers = (count: number) => ({
  stats: { count, min: 0, max: 9 },
  parts: { values: { "50.0": 4, "95.0": 8, "99.0": 9 } },
});

/** An index of a server that answers in turn. */
function index(...answers: object[]): RemoteIndex {
  const body = (api: string) => (api === FIELD_CAPS ? caps : answers.shift());
  const send: Nodes["send"] = async (_, path) => ({
    status: 200,
    headers: {},
    text: JSON.stringify(body(path.replace(/^.*?\/(?=_)/, ""))),
  });
  return remoteIndex({ send } as Nodes, { index: "logs", documents: "plain" }, "here");
}

describe("what values the fields of an index have", () => {
  it("is exact where all are listed, and an estimate of the server's where it had to count others", async () => {
    const hits = { total: { value: 0 }, hits: [] };
    const at = index(
      { hits, aggregations: { f0: { doc_count: 500 }, f1: { doc_count: 500 } } },
      {
        hits,
        aggregations: {
          // The server guesses, also of few.
          f0: { doc_count: 500, values: listed(3, 0), distinct: { value: 4 }, ...numbers(500) },
          f1: { doc_count: 500, values: listed(10, 490), distinct: { value: 480 }, ...numbers(500) },
        },
      },
    );
    const { signal } = new AbortController();
    const mapping = readMapping(await at.ask(FIELD_CAPS, undefined, signal), at.layout);
    const search = createRemoteSearch(at, mapping, { query: "" }, signal);
    const { fields } = await facetsOf(search, 500);
    const told = fields.map(({ name, distinct, rough }) => [name, distinct, rough]);
    assert.deepEqual(told, [
      ["few", 3, undefined],
      ["many", 480, true],
    ]);
    assert.deepEqual(
      fields.map(({ numbers: spread }) => spread?.rough),
      [true, true],
    );
  });
});
