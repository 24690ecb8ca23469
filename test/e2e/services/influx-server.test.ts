import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { unavailable } from "../../helpers/require.ts";
import { basic } from "../../helpers/services/influx-query.ts";
import { type Influxdb, type InfluxdbOptions, startInfluxdb } from "../../helpers/services/influxdb.ts";
import { tempFolder } from "../../helpers/temp.ts";

const auth = { user: "imooc", password: "imooc@pass'\"\\" };
const first = 1_700_000_000_123_456_789n;

async function server(t: TestContext, options: InfluxdbOptions): Promise<Influxdb | undefined> {
  try {
    const influx = await startInfluxdb(options);
    t.after(() => influx.close());
    return influx;
  } catch (error) {
    unavailable(t, "InfluxDB", error);
    return undefined;
  }
}

const post = (url: string, authorization: string | undefined, body: string) =>
  fetch(url, { method: "POST", headers: authorization ? { authorization } : {}, body });

describe("a real InfluxDB", () => {
  it("takes points by both of its APIs and gives them back to the nanosecond", async (t) => {
    const influx = await server(t, { auth });
    if (!influx) return;
    const { user, password } = influx.auth ?? auth;
    const v1 = `${influx.url}/write?db=${influx.database}&precision=ns`;
    const v2 = `${influx.url}/api/v2/write?bucket=${influx.database}/autogen&org=any&precision=ns`;
    const signed = new URLSearchParams({ u: user, p: password });

    assert.equal((await post(v1, basic({ user, password }), `hits,page=a n=1i ${first}`)).status, 204);
    assert.equal((await post(`${v1}&${signed}`, undefined, `hits,page=b n=2i ${first + 1n}`)).status, 204);
    const both = `hits,page=c n=9007199254740993i ${first + 2n}\nhits,page=c n=4i ${first + 3n}`;
    const newer = influx.v2
      ? post(v2, `Token ${user}:${password}`, both)
      : post(v1, basic({ user, password }), both);
    assert.equal((await newer).status, 204);

    assert.deepEqual(await influx.query("SELECT page, n FROM hits ORDER BY time"), [
      { time: first, page: "a", n: 1 },
      { time: first + 1n, page: "b", n: 2 },
      { time: first + 2n, page: "c", n: 9007199254740993n },
      { time: first + 3n, page: "c", n: 4 },
    ]);
    assert.deepEqual(
      (await influx.query("SELECT SUM(n) FROM hits WHERE n < 5 GROUP BY page")).map(({ page, sum }) => [
        page,
        sum,
      ]),
      [
        ["a", 1],
        ["b", 2],
        ["c", 4],
      ],
    );
    assert.equal(await influx.count("hits"), 4);
    assert.equal(await influx.count("hits", { field: "n" }), 4);
    assert.equal(await influx.count("nothing"), 0);
    if (!influx.v2) unavailable(t, "InfluxDB's v2 API", "needs InfluxDB 1.8");
  });

  it("refuses who does not sign in, and what is not InfluxQL", async (t) => {
    const influx = await server(t, { auth, own: true });
    if (!influx) return;
    const v1 = `${influx.url}/write?db=${influx.database}`;
    assert.equal((await post(v1, undefined, "hits n=1i")).status, 401);
    assert.equal((await post(v1, basic({ ...auth, password: "wrong" }), "hits n=1i")).status, 401);
    await assert.rejects(influx.query("SELEKT"), /InfluxDB answered 400 to SELEKT: error parsing query/);
    await assert.rejects(influx.query("SELECT * FROM hits", "none"), /database not found: none/);
    assert.equal(influx.dsn("nginx", "s"), `${influx.url}@imooc@${auth.password}@nginx@s`);
  });

  it("keeps its data through a stop and a kill, on the same port", async (t) => {
    const influx = await server(t, { auth, own: true, database: "kept" });
    if (!influx) return;
    const v1 = `${influx.url}/write?db=kept&precision=ns`;
    for (const [at, end] of [influx.stop, influx.kill9].entries()) {
      assert.equal((await post(v1, basic(auth), `hits n=${at}i ${first + BigInt(at)}`)).status, 204);
      await end();
      await assert.rejects(fetch(`${influx.url}/ping`));
      await influx.start();
      assert.equal(await influx.count("hits"), at + 1);
    }
  });

  it("does not answer while it is paused, and does so after", async (t) => {
    const influx = await server(t, { own: true });
    if (!influx) return;
    await influx.pause();
    await assert.rejects(fetch(`${influx.url}/ping`, { signal: AbortSignal.timeout(300) }), /timeout/);
    await influx.resume();
    assert.equal((await fetch(`${influx.url}/ping`)).status, 204);
  });

  it("opens the folder of an earlier one, user and all", async (t) => {
    const dataDir = tempFolder(t);
    const earlier = await server(t, { auth, dataDir, database: "kept" });
    if (!earlier) return;
    await post(`${earlier.url}/write?db=kept&precision=ns`, basic(auth), `hits n=1i ${first}`);
    await earlier.close();
    const later = await server(t, { auth, dataDir, database: "kept", port: earlier.port });
    assert.equal(await later?.count("hits"), 1);
    assert.equal(later?.port, earlier.port);
  });
});
