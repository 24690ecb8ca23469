import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { Fatal, Rejected, RetryLater, reasonOf } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import { influxdbSink } from "../../src/sinks/influxdb.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { deadPort } from "../helpers/port.ts";
import { accessRecord } from "../helpers/records.ts";
import { until } from "../helpers/until.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(t: TestContext, answer: Answer): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(t: TestContext, options: Record<string, unknown>): Promise<Sink> {
  const context = { id: "i", log: silent, dataDir: "", baseDir: "" };
  const sink = await influxdbSink.create(influxdbSink.options.parse(options), context);
  t.after(() => sink.close());
  return sink;
}

const v1 = (url: string) => ({ dsn: `${url}@u@p@db@s` });
const v2 = (url: string) => ({ url, org: "o", bucket: "b", token: "t" });
const json =
  (status: number, error: string, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify({ error }));
const page =
  (status: number): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "text/html" }).end("<h1>Welcome</h1>");

const failure = (sink: Sink): Promise<Error> =>
  Promise.resolve(sink.write([accessRecord()])).then(
    () => assert.fail("was taken"),
    (error) => error,
  );

describe("the sink influxdb", () => {
  it("sends a token of any characters as UTF-8", async (t) => {
    let got = "";
    const url = await serve(t, (request, response) => {
      got = Buffer.from(request.headers.authorization ?? "", "latin1").toString();
      response.writeHead(204).end();
    });
    const sink = await open(t, { ...v2(url), token: "üser:pass 日😀:'\"\\" });
    await sink.write([accessRecord()]);
    assert.equal(got, "Token üser:pass 日😀:'\"\\");
  });

  const verdicts: [
    what: string,
    answer: Answer,
    kind: typeof Fatal | typeof Rejected,
    v1: RegExp,
    v2: RegExp,
  ][] = [
    [
      "401",
      json(401, "no"),
      Fatal,
      /answered 401: no: check user and password in dsn$/,
      /: no: check token$/,
    ],
    ["403", json(403, "no"), Fatal, /: check user and password in dsn, and see/, /: check token, and see/],
    [
      "404",
      json(404, "not found"),
      Fatal,
      /: create the database db, or correct its name in dsn$/,
      /: create the bucket b, or correct bucket or org$/,
    ],
    [
      "500 about the retention policy",
      json(500, "retention policy not found: x"),
      Fatal,
      /: create it, or correct retentionPolicy$/,
      /: create it, or correct bucket$/,
    ],
    [
      "400",
      json(400, "bad field"),
      Rejected,
      /^InfluxDB answered 400: bad field$/,
      /^InfluxDB answered 400: bad field$/,
    ],
    ["a web page with 400", page(400), Fatal, /check dsn$/, /check url$/],
    ["a web page with 404", page(404), Fatal, /check dsn$/, /check url$/],
    [
      "a web page with 200",
      page(200),
      Fatal,
      /does not answer like InfluxDB \(200\): check dsn$/,
      /check url$/,
    ],
    ["a redirection", page(301), Fatal, /check dsn$/, /check url$/],
  ];
  for (const [what, answer, kind, ...says] of verdicts) {
    it(`names what to look at after ${what}`, async (t) => {
      const url = await serve(t, answer);
      for (const [at, options] of [v1(url), v2(url)].entries()) {
        const error = await failure(await open(t, options));
        assert.ok(error instanceof kind, error.stack);
        assert.match(reasonOf(error), says[at] ?? /never/);
      }
    });
  }

  it("repeats no more than the beginning of a long answer", async (t) => {
    const url = await serve(t, json(400, `unable to parse '${"x".repeat(100_000)}'`));
    const message = reasonOf(await failure(await open(t, v1(url))));
    assert.ok(message.length < 500, `${message.length} characters`);
  });

  it("tells the delivery to halve what is too large", async (t) => {
    const error = await failure(await open(t, v1(await serve(t, page(413)))));
    assert.ok(error instanceof Rejected && error.tooLarge);
  });

  const waits: [header: string, ms: number | undefined][] = [
    ["30", 30_000],
    ["3600", 3_600_000],
    ["0", undefined],
    ["soon", undefined],
    ["Sun, 04 Mar 2018 13:49:52 GMT", undefined],
  ];
  for (const [header, ms] of waits) {
    it(`waits as the header Retry-After asks: ${header}`, async (t) => {
      const url = await serve(t, json(503, "busy", { "retry-after": header }));
      const error = await failure(await open(t, v1(url)));
      assert.ok(error instanceof RetryLater);
      assert.equal(error.afterMs, ms);
    });
  }

  it("waits until the date that Retry-After names", async (t) => {
    const date = new Date(Date.now() + 120_000).toUTCString();
    const error = await failure(
      await open(t, v1(await serve(t, json(429, "busy", { "retry-after": date })))),
    );
    assert.ok(error instanceof RetryLater);
    const { afterMs = 0 } = error;
    assert.ok(afterMs > 60_000 && afterMs <= 120_000, `${afterMs} ms`);
  });

  it("lets go of a connection that does not answer in time", async (t) => {
    let connections = 0;
    const url = await serve(t, (request) => {
      connections++;
      request.socket.on("close", () => connections--);
    });
    const error = await failure(await open(t, { ...v1(url), timeout: 100 }));
    assert.ok(error instanceof RetryLater);
    assert.match(error.message, /did not answer within 100 ms$/);
    await until(() => connections === 0, { what: "the connection to be closed" });
  });

  it("says why a name with several addresses can't be reached", async (t) => {
    const error = await failure(await open(t, v1(`http://localhost:${await deadPort()}`)));
    assert.match(reasonOf(error), /can't be reached: .*ECONNREFUSED/);
  });

  it("checks with a write of nothing, which 2.x takes too", async (t) => {
    let body = "";
    const url = await serve(t, async (request, response) => {
      for await (const part of request) body += part;
      // "writing requires points", http/points_writer.go of 2.x, when there is nothing at all.
      json(body === "" ? 400 : 204, "writing requires points")(request, response);
    });
    await (await open(t, v2(url))).check();
    assert.match(body, /^#/);
  });

  const bad: [options: Record<string, unknown>, says: RegExp][] = [
    [{ ...v2("http://h"), token: "t\n" }, /line end/],
    [v2("ftp://h"), /http:\/\/ or https:\/\//],
    [v2("http://u:p@h"), /can't hold a user/],
    [v2("http://h/?x=1"), /remove what follows/],
    [{ ...v1("http://h"), measurement: "#m" }, /can't begin with #/],
    [{ ...v1("http://h"), measurement: "m\\" }, /backslash/],
    [{ ...v1("http://h"), tags: { time: "x" } }, /InfluxDB keeps the name time/],
    [{ ...v1("http://h"), fields: { time: "x" } }, /InfluxDB keeps the name time/],
    [{ ...v1("http://h"), tags: { "": "x" } }, /can't be empty/],
  ];
  for (const [options, says] of bad) {
    it(`refuses the options ${JSON.stringify(options)}`, () => {
      const { error } = influxdbSink.options.safeParse(options);
      assert.match(error?.message ?? "taken", says);
    });
  }
});
