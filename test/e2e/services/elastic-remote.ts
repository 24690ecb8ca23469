import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import fc from "fast-check";
import { plain } from "../../../src/lib/export-format.ts";
import type { FilePlace, Shown } from "../../../src/protocol/log-details.ts";
import type { Details, NamesAnswer } from "../../../src/protocol/log-view.ts";
import type { Suggestions } from "../../../src/protocol/suggestions.ts";
import { openReader } from "../../../src/store/reader.ts";
import { runEngine } from "../../helpers/engine.ts";
import { type Elastic, type ElasticKind, untilDocuments } from "../../helpers/services/elastic.ts";
import { startTcpRelay } from "../../helpers/tcp-relay.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { drained, sinkOf } from "./influx.ts";
import { exported } from "./remote-export.ts";
import { line, query, START } from "./remote-queries.ts";
import { patient, remoteView } from "./remote-view.ts";

const done = (records: number) => ({
  status: "fulfilled",
  value: { records, total: records, missing: 0 },
});

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
    await fc.assert(property, { numRuns: kind === "elasticsearch" ? 40 : 8 });
  });

  it("reads hits by their place, also of a moment that has very many", async (t) => {
    const many = kind === "elasticsearch" ? 11_000 : 100;
    const lines = Array.from({ length: 1_200 + many }, (_, n) => {
      const second = n < 600 ? n : n < 600 + many ? 600 : n - many;
      return lineOf({ second, message: `line ${n}`, ...(n % 3 === 0 && { level: "error" }) }, n);
    });
    const run = await started(t, "remote-places", {}, lines);
    if (!run) return;
    const { view } = run;
    const { count, total, histogram, levels, sources, changedFrom } = await view.found({});
    assert.deepEqual([count, total, changedFrom, sources], [lines.length, lines.length, 0, ["logs"]]);
    const sums = histogram.classes.map((column) => column.reduce((sum, one) => sum + one, 0));
    const errors = Math.ceil(lines.length / 3);
    assert.deepEqual(sums.slice(0, 7), levels);
    assert.deepEqual([levels[4], levels[6]], [errors, lines.length - errors]);
    assert.equal(
      sums.slice(7).reduce((sum, one) => sum + one),
      lines.length,
    );
    for (const from of [
      0,
      590,
      600 + Math.floor(many / 3),
      599 + many - 40,
      599 + many,
      1_100 + many,
      1_195 + many,
    ]) {
      const { rows } = await view.rows(from, 50);
      const wanted = lines.slice(from, from + 50).map((_, i) => String(from + i));
      assert.deepEqual(
        rows.map(({ values }) => values[0]?.[1]),
        wanted,
      );
      const [row] = rows.slice(-1);
      assert.ok(row);
      const { at, rows: around } = await view.rows({ key: row.key, before: 2 }, 5);
      assert.deepEqual([at, around[2]?.key], [from + rows.length - 1, row.key]);
      const record = await view.call<Details>("details", view.key(row));
      assert.deepEqual([record.message, record.fields.n], [row.message, from + rows.length - 1]);
    }
    const whole = await exported(run.engine, run.folder, { format: "text" });
    assert.deepEqual(whole.said, done(lines.length));
    assert.equal(whole.text, lines.map((text) => `${text}\n`).join(""));
    assert.equal((await view.found({ levels: ["error"], until: START + 600_000 })).count, 200);
    assert.equal((await view.found({ levels: ["none"], query: "level:error" })).count, 0);
    assert.equal((await view.found({ sources: ["other"] })).count, 0);
  });

  it("writes what is found to a file, as the store's export does", async (t) => {
    const lines = [
      lineOf(
        { second: 1, message: 'first, of "two"', ...{ deep: { inner: "x", list: [1, 2] }, took: 5 } },
        1,
      ),
      lineOf({ second: 2, message: "second", ...{ level: "warn", took: 7 } }, 2),
    ];
    const run = await started(t, "remote-export", {}, lines);
    if (!run) return;
    const store = openReader(join(run.folder, "data"));
    t.after(() => store.close());
    const { text = "" } = await exported(run.engine, run.folder, {});
    const wanted = store.query({ query: "", limit: 10, order: "oldest" }).map((one) => plain(one));
    assert.deepEqual(
      text
        .trim()
        .split("\n")
        .map((one) => JSON.parse(one)),
      JSON.parse(JSON.stringify(wanted)),
    );
    const table = await exported(run.engine, run.folder, { format: "csv", query: "took:5" });
    assert.deepEqual(table.said, done(1));
    const [head = "", row = ""] = table.text?.split("\r\n") ?? [];
    assert.match(head, /,raw,deep\.inner,deep\.list,n,(?:remote_addr,)?took,fields$/);
    assert.match(row, /,x,"\[1,2\]",1,,?5,$/);
    assert.deepEqual((await exported(run.engine, run.folder, { query: "nothing" })).said, done(0));
    // Of a view that is paused, whatever came since.
    const early = await run.view.found({ until: START + 1_500 });
    const shown = await run.view.call<Shown>("shown", { search: early.search });
    assert.deepEqual(shown, { count: 1 });
    const paused = await exported(run.engine, run.folder, { format: "text", shown });
    assert.deepEqual([paused.said, paused.text], [done(1), `${lines[0]}\n`]);
  });

  it("marks what an index can't be asked, and says why nothing is found", async (t) => {
    const run = await started(t, "remote-told", {}, [
      lineOf({ second: 1, message: "a", ...{ user: "x", took: 1 } }, 1),
    ]);
    if (!run) return;
    const { view } = run;
    for (const [asked, column, reason] of [
      ["a user:>3", 2, /fields.user is text in the index, and can't be compared with numbers/],
      ["a OR took:*1", 5, /has wildcards at its end only/],
      ["/a(?=b)/", 0, /can't be asked of a remote index: an index can't look ahead or behind/],
      ["took:/1/", 0, /no text in the index, and has no expressions/],
      ["(a", 2, /stops short/],
    ] as const) {
      const { problem } = await view.begin({ query: asked });
      assert.equal(problem?.column, column, asked);
      assert.match(problem?.reason ?? "", reason);
    }
    const other = remoteView(t, run.engine, "none");
    await assert.rejects(other.begin({}), /there is no sink none/);
  });

  for (const documents of ["ecs", "topic"] as const) {
    it(`searches documents of the layout ${documents}`, async (t) => {
      const lines = Array.from({ length: 30 }, (_, n) =>
        lineOf(
          {
            second: n,
            message: `GET /a${n}`,
            ...{ level: n % 2 ? "warn" : "info", status: n < 10 ? 500 : 200, own: "x" },
          },
          n,
        ),
      );
      const run = await started(t, `remote-${documents}`, { documents }, lines);
      if (!run) return;
      const { view } = run;
      const counts = async (...queries: string[]) => {
        const found: number[] = [];
        for (const query of queries) found.push((await view.found({ query })).count);
        return found;
      };
      assert.deepEqual(await counts("", "GET", "source:logs", "a7", "-GET"), [30, 30, 30, 1, 0]);
      if (documents === "topic") {
        await view.found({});
        const [row] = (await view.rows(29, 1)).rows;
        assert.ok(row);
        assert.equal((await view.rows({ key: row.key, before: 0 }, 1)).at, 29);
        assert.equal((await view.call<Details>("details", view.key(row))).raw, row.message);
        const { text = "", said } = await exported(run.engine, run.folder, {});
        assert.deepEqual(said, done(30));
        const all = text
          .split("\n")
          .slice(0, -1)
          .map((one) => JSON.parse(one) as { raw: string; time?: string });
        assert.deepEqual(all.map(({ raw }) => raw).sort(), lines.toSorted());
        assert.ok(all.every(({ time }) => time === undefined));
        return;
      }
      assert.deepEqual(
        await counts("status:>=500", "level:warn", "own:x n:<5", "file:a.log"),
        [10, 15, 5, 30],
      );
      const { text = "" } = await exported(run.engine, run.folder, { format: "csv", query: "n:4" });
      assert.match(text, /,raw,(?:[\w.]+,)*n,own,(?:[\w.]+,)*status,fields\r\n.*,4,x,.*500,/);
      await view.found({ query: "n:4" });
      const { rows } = await view.rows(0, 1, ["status", "own", "n"]);
      assert.deepEqual(
        [rows[0]?.values, rows[0]?.level],
        [
          [
            ["status", "500"],
            ["own", "x"],
            ["n", "4"],
          ],
          "info",
        ],
      );
    });
  }

  if (kind === "elasticsearch") {
    it("tells what comes, and of which values", async (t) => {
      const run = await started(
        t,
        "remote-live",
        {},
        [1, 2, 3].map((n) => lineOf({ second: n, message: `m ${n}`, ...{ user: "ann" } }, n)),
      );
      if (!run) return;
      const { view, folder, engine } = run;
      await view.call("facets", { on: true });
      await view.found({ query: "m" });
      const more = [lineOf({ second: 9, message: "m late", ...{ user: "ann" } }, 9)];
      appendFileSync(join(folder, "a.log"), more.map((text) => `${text}\n`).join(""));
      await until(() => sinkOf(engine, "es").delivered === 4, patient);
      await until(() => view.progress()?.count === 4, patient);
      assert.equal(view.progress()?.changedFrom, 3);
      await until(() => view.facets()?.hits === 4, patient);
      const found = view.facets()?.fields ?? [];
      const n = found.find(({ name }) => name === "n");
      assert.deepEqual([n?.records, n?.distinct, n?.numbers?.min, n?.numbers?.max], [4, 4, 1, 9]);
      // Few values are listed and so known; parts of them are worked out by estimate however few there are.
      assert.deepEqual([n?.rough, n?.numbers?.rough], [undefined, true]);
      assert.deepEqual(found.find(({ name }) => name === "user")?.values, [
        { text: "ann", count: 4, missed: 0 },
      ]);
      const { options } = await view.call<Suggestions>("suggest", { query: "m user:", at: 7 });
      assert.deepEqual(options[0], { kind: "value", label: "ann", text: "ann", count: 4 });
      const { names } = await view.call<NamesAnswer>("names", { search: 1 });
      assert.deepEqual(names, ["n", "remote_addr", "user"]);
      const [row] = (await view.rows(3, 1)).rows;
      assert.ok(row);
      const place = await view.call<FilePlace>("place", view.key(row));
      assert.deepEqual([place.file, place.line], [join(folder, "a.log"), 4]);
    });

    it("says what is amiss with the server, and goes on when it is back", async (t) => {
      const elastic = await real(t);
      if (!elastic) return;
      const { protocol, port } = new URL(elastic.url);
      const node = await startTcpRelay(t, Number(port));
      const url = `${protocol}//${node.address}`;
      const lines = Array.from({ length: 60 }, (_, n) => lineOf({ second: n, message: "a" }, n));
      const run = await started(t, "remote-down", { url }, lines);
      if (!run) return;
      const { view, engine, folder } = run;
      await view.found({});
      const cancelled = await exported(engine, folder, { meanwhile: (cancel) => cancel() });
      assert.deepEqual(cancelled, {
        ...cancelled,
        said: { status: "fulfilled", value: undefined },
        files: [],
      });
      const failed = await exported(engine, folder, { meanwhile: () => node.cut() });
      assert.match(String(failed.said.status === "rejected" && failed.said.reason), /can't be reached/);
      assert.deepEqual([failed.files, failed.told], [[], 1]);
      await until(() => view.failure() !== undefined, patient);
      assert.match(view.failure() ?? "", /can't be reached: /);
      node.mend();
      await until(() => view.progress()?.version === 2, patient);
    });
  }
}
