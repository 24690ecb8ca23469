import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { until } from "../until.ts";
import { type Count, type CountingServer, startCountingServer } from "./counting.ts";

describe("the counting server", () => {
  let server: CountingServer;
  before(async () => {
    server = await startCountingServer();
  });
  after(() => server.stop());

  const write = (body: string | Buffer, headers: Record<string, string> = {}, path = "/write?db=d") =>
    fetch(server.url + path, { method: "POST", headers, body: new Uint8Array(Buffer.from(body as string)) });

  /** What `work` adds to the count. */
  async function added(work: () => Promise<unknown>): Promise<Omit<Count, "lastAt">> {
    const was = await server.count();
    await work();
    const is = await server.count();
    return {
      lines: is.lines - was.lines,
      bytes: is.bytes - was.bytes,
      requests: is.requests - was.requests,
      refused: is.refused - was.refused,
    };
  }

  it("counts lines and bytes, packed or not, the last line ended or not", async () => {
    const text = fc.array(fc.constantFrom("", "a", "é".repeat(40_000)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), fc.boolean(), async (parts, packed, v2) => {
        const body = parts.join("\n");
        const lines = body === "" ? 0 : body.replace(/\n$/, "").split("\n").length;
        const headers: Record<string, string> = packed ? { "content-encoding": "gzip" } : {};
        const path = v2 ? "/api/v2/write?bucket=d" : "/write?db=d";
        const sum = await added(async () => {
          assert.equal((await write(packed ? gzipSync(body) : body, headers, path)).status, 204);
        });
        assert.deepEqual(sum, { lines, bytes: Buffer.byteLength(body), requests: 1, refused: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it("says when the last write came", async () => {
    const began = Date.now();
    await write("a");
    const { lastAt } = await server.count();
    assert.ok(lastAt >= began && lastAt <= Date.now());
  });

  it("answers with a status and Retry-After as often as told, and counts none of these", async () => {
    await server.mode({ answer: 503, after: 7, times: 2 });
    const answers: (number | string | null)[] = [];
    const sum = await added(async () => {
      for (let at = 0; at < 3; at++) {
        const { status, headers } = await write("a");
        answers.push(status, headers.get("retry-after"));
      }
    });
    assert.deepEqual(answers, [503, "7", 503, "7", 204, null]);
    assert.deepEqual(sum, { lines: 1, bytes: 1, requests: 1, refused: 2 });
  });

  it("refuses large bodies only", async () => {
    await server.mode({ answer: 413, above: 3 });
    assert.equal((await write("abcd")).status, 413);
    assert.equal((await write("abc")).status, 204);
    await server.mode({ answer: 204 });
    assert.equal((await write("abcd")).status, 204);
  });

  it("stalls until told otherwise, and has taken nothing", async () => {
    await server.mode({ answer: "stall" });
    const sum = await added(async () => {
      const { refused } = await server.count();
      const stalled = assert.rejects(write("a"), /fetch failed/);
      await until(async () => (await server.count()).refused > refused);
      await server.mode({ answer: 204 });
      await stalled;
    });
    assert.deepEqual(sum, { lines: 0, bytes: 0, requests: 0, refused: 1 });
  });

  it("loses the answer to what it has taken", async () => {
    await server.mode({ answer: "lose", times: 1 });
    const sum = await added(() => assert.rejects(write("a"), /fetch failed/));
    assert.deepEqual(sum, { lines: 1, bytes: 1, requests: 1, refused: 0 });
  });

  it("refuses an answer that it does not have", async () => {
    await assert.rejects(server.mode({ answer: 99 }), /no such answer: 99/);
  });
});
