import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { silent } from "../../src/lib/log.ts";
import { elasticsearchSink } from "../../src/sinks/elasticsearch.ts";
import { accessRecord } from "../helpers/records.ts";

/** What a sink with these options sends to write some records. */
async function sentBy(t: TestContext, options: object) {
  const sent: { authorization: string | undefined; body: Buffer; encoding: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { authorization, "content-encoding": encoding } = request.headers;
    sent.push({ authorization, encoding, body: Buffer.concat(parts) });
    response.end(JSON.stringify({ errors: false, items: [] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sink = await elasticsearchSink.create(elasticsearchSink.options.parse({ url, ...options }), {
    id: "es",
    log: silent,
    dataDir: "/",
    baseDir: "/",
  });
  t.after(async () => {
    await sink.close();
    server.closeAllConnections();
    server.close();
  });
  await sink.write(Array.from({ length: 20 }, (_, offset) => accessRecord({ offset })));
  return sent[0] ?? assert.fail("nothing was sent");
}

describe("Requests to Elasticsearch", () => {
  it("sign in by user and password, API key or token", async (t) => {
    const authorization = async (options: object) => (await sentBy(t, options)).authorization;
    assert.equal(await authorization({}), undefined);
    const basic = Buffer.from("a:ö:b").toString("base64");
    assert.equal(await authorization({ user: "a", password: "ö:b" }), `Basic ${basic}`);
    assert.equal(await authorization({ apiKey: "aWQ6a2V5" }), "ApiKey aWQ6a2V5");
    assert.equal(await authorization({ token: "abc" }), "Bearer abc");
  });

  it("are packed when asked to, and hold the same", async (t) => {
    const plain = await sentBy(t, {});
    const packed = await sentBy(t, { gzip: true });
    assert.deepEqual([plain.encoding, packed.encoding], [undefined, "gzip"]);
    assert.ok(gunzipSync(packed.body).equals(plain.body));
  });
});
