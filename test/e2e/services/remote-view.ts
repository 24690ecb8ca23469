import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Engine } from "../../../src/engine/engine.ts";
import type {
  FacetsTold,
  LevelChoice,
  Progress,
  Row,
  RowsAnswer,
  SearchAnswer,
} from "../../../src/protocol/log-view.ts";
import type { RemoteCall } from "../../../src/protocol/remote.ts";
import { until } from "../../helpers/until.ts";

/** How long (ms) a server may take. */
export const patient = { timeout: 120_000 };

interface Asked {
  readonly query?: string;
  readonly since?: number;
  readonly until?: number;
  readonly levels?: LevelChoice[];
  readonly sources?: string[];
}

/** A log view whose search is in the index of a sink, as the editor drives it. */
export function remoteView(t: TestContext, engine: Engine, index = "es") {
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
