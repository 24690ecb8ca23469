import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import fc from "fast-check";
import type { Engine } from "../../../src/engine/engine.ts";
import { LEVELS } from "../../../src/model.ts";
import type {
  Details,
  FacetsTold,
  LevelChoice,
  Progress,
  Row,
  RowsAnswer,
  SearchAnswer,
} from "../../../src/protocol/log-view.ts";
import type { RemoteCall } from "../../../src/protocol/remote.ts";
import { openReader } from "../../../src/store/reader.ts";
import { runEngine } from "../../helpers/engine.ts";
import { type Elastic, type ElasticKind, untilDocuments } from "../../helpers/services/elastic.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { drained, sinkOf } from "./influx.ts";

const patient = { timeout: 120_000 };
const START = Date.parse("2024-05-01T10:00:00Z");

interface Asked {
  readonly query?: string;
  readonly since?: number;
  readonly until?: number;
  readonly levels?: LevelChoice[];
  readonly sources?: string[];
}

/** A log view whose search is in the index of a sink, as the editor drives it. */
function remoteView(t: TestContext, engine: Engine, index = "es") {
  const { remote } = engine.sinks;
  let search = 0;
  let progress: Progress | undefined;
  let facets: FacetsTold | undefined;
  let failure: string | undefined;
  const heard = remote.onTold((told) => {
    if (told.name === "progress" && told.told.progress.search === search) progress = told.told.progress;
    if (told.name === "facets" && told.told.facets.search === search) facets = told.told.facets;
    if (told.name === "failed") failure = told.told.reason;
  });
  t.after(() => heard.dispose());
  const call = async <Answer>(name: RemoteCall["name"], request: unknown): Promise<Answer> =>
    (await remote.call({ name, argument: { view: 1, request } } as RemoteCall)) as Answer;
  const rows = (from: number | { key: Row["key"]; before: number }, count: number, fields = ["n"]) =>
    call<RowsAnswer>("rows", { search, from, count, fields });
  const begin = async (asked: Asked): Promise<SearchAnswer> => {
    progress = facets = failure = undefined;
    search++;
    return call<SearchAnswer>("search", { search, query: "", points: 160, index, ...asked });
  };
  return {
    call,
    rows,
    begin,
    key: (row: Row) => ({ search, key: row.key }),
    progress: () => progress,
    facets: () => facets,
    failure: () => failure,
    async found(asked: Asked): Promise<Progress> {
      const { problem } = await begin(asked);
      assert.equal(problem, undefined, asked.query);
      await until(() => progress !== undefined || failure !== undefined, patient);
      assert.equal(failure, undefined, asked.query);
      assert.ok(progress);
      return progress;
    },
    /** The values of a field of all hits, in their order. */
    async numbers(asked: Asked): Promise<number[]> {
      const { count } = await this.found(asked);
      const { rows: list } = await rows(0, Math.min(count, 500));
      return list.map(({ values }) => Number(values[0]?.[1]));
    },
  };
}

const words = ["timeout", "TimeOut", "err", "user ann", "日本", "x-y", "/api", "a.b", "out (", "ti?eout"];
const term = fc.constantFrom(
  ...words.map((word) => (/[ (/*?-]/.test(word) && !/[*?]/.test(word) ? JSON.stringify(word) : word)),
  ...["level:error", "level:>=warn", "level:<info", "level:*", "source:logs", "source:l*", "source:other"],
  ...["file:a.log", "file:b.log", "file:*.log", "user:ann", "user:ANN", "user:a*", "user:?nn", "user:>b"],
  ...["took:>3", "took:3", 'took:"3"', "took:[1 TO 3]", "took:{1 TO *]", "took:3.5", "took:1*", "missing:*"],
  ...[
    "user:*",
    "ok:true",
    "ok:FALSE",
    "deep.inner:x",
    "message:timeout",
    "message:st*d",
    "message:ti*12",
    'message:"ann st"',
    "missing:1",
  ],
  ...[
    "message:/time[o]ut$/",
    "message:/^user/",
    "/TIMEOUT/i",
    "user:/n{2}/",
    "user:/^[ab]/",
    "/\\d+ ms|日./",
    "/a\\.b/",
  ],
  ...[
    `time:>${START + 200_000}`,
    `time:[${START} TO ${START + 90_000}]`,
    "status:404",
    "status:>=500",
    "status:4*",
  ],
);
const query: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: term },
    fc.tuple(tie("query"), tie("query")).map(([a, b]) => `(${a} ${b})`),
    fc.tuple(tie("query"), tie("query")).map(([a, b]) => `(${a} OR ${b})`),
    tie("query").map((one) => `NOT (${one})`),
  ),
})).query;

const message = fc
  .array(
    fc.constantFrom(
      "timeout",
      "TIMEOUT",
      "err",
      "error",
      "user",
      "ann",
      "started",
      "日本",
      "x-y",
      "/api/v1",
      "a.b",
      "aXb",
      "out (",
      "12 ms",
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((list) => list.join(" "));
const line = fc.record(
  {
    message,
    second: fc.nat(400),
    level: fc.constantFrom(...LEVELS),
    user: fc.constantFrom("ann", "Ann", "bob", "", "carl@x"),
    took: fc.nat(20),
    status: fc.constantFrom(200, 404, 500, 503),
    ok: fc.boolean(),
    deep: fc.record({ inner: fc.constantFrom("x", "y") }),
  },
  { requiredKeys: ["message", "second"] },
);

/** Tests of log views that search in the index of a sink. */
export function remoteCases(kind: ElasticKind, real: (t: TestContext) => Promise<Elastic | undefined>): void {
  const started = async (t: TestContext, index: string, options: object = {}, lines: string[] = []) => {
    const elastic = await real(t);
    if (!elastic) return undefined;
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), lines.map((text) => `${text}\n`).join(""));
    const { engine, apply } = runEngine(t, folder);
    const es = {
      type: kind,
      url: elastic.url,
      index,
      template: true,
      ...(elastic.ca && { ca: elastic.ca }),
      ...options,
    };
    const sources = { logs: { paths: "a.log", parser: "json", from: "start" } };
    const { issues } = await apply({ monitor: false, store: {}, sources, sinks: { es } });
    assert.deepEqual(issues, []);
    await drained(engine);
    await until(() => sinkOf(engine, "es").lagRecords === 0, patient);
    await untilDocuments(elastic, index, lines.length);
    return { elastic, folder, engine, view: remoteView(t, engine) };
  };
  const lineOf = ({ second, ...fields }: { second: number; message: string }, n: number) =>
    JSON.stringify({ time: new Date(START + second * 1000).toISOString(), n, ...fields });

  it("finds what the store finds, for any query", async (t) => {
    const [records = []] = fc.sample(fc.array(line, { minLength: 300, maxLength: 300 }), {
      numRuns: 1,
      seed: 7,
    });
    const run = await started(t, "remote-any", {}, records.map(lineOf));
    if (!run) return;
    const store = openReader(join(run.folder, "data"));
    t.after(() => store.close());
    const look = async (asked: string): Promise<void> => {
      const wanted = store
        .query({ query: asked, limit: 1000, order: "oldest" })
        .map(({ fields }) => fields.n);
      assert.deepEqual(await run.view.numbers({ query: asked }), wanted, asked);
    };
    const property = fc.asyncProperty(query, look);
    await fc.assert(property, { numRuns: kind === "elasticsearch" ? 80 : 20 });
  });
}
export type { Details };
