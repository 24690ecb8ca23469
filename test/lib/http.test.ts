import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { RetryLater, reasonOf } from "../../src/errors.ts";
import { createHttp, type HttpOptions } from "../../src/lib/http.ts";
import { deadPort } from "../helpers/port.ts";

const tls = (name: string): string => readFileSync(join(import.meta.dirname, "../cases/tls", name), "utf8");
const fingerprint = new X509Certificate(tls("server.pem")).fingerprint256;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** A server that is stopped when the test ends, and a client of it. */
async function serve(
  t: TestContext,
  answer: RequestListener,
  given: Partial<HttpOptions> & { secure?: boolean } = {},
) {
  const { secure = false, ...options } = given;
  const server = secure
    ? createTlsServer({ cert: tls("server.pem"), key: tls("server.key") }, answer)
    : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`${secure ? "https" : "http"}://localhost:${port}/x`);
  url.hostname = "127.0.0.1";
  const http = createHttp({ name: "It", timeout: 60_000, ...options });
  t.after(() => {
    http.close();
    server.closeAllConnections();
    server.close();
  });
  return { url, http };
}

describe("HTTP client", () => {
  it("does not read an answer without end into the memory", async (t) => {
    const part = Buffer.alloc(4 << 20);
    const { url, http } = await serve(
      t,
      (_, response) => {
        const go = (): void => {
          while (!response.destroyed && response.write(part));
          response.once("drain", go);
        };
        go();
      },
      { timeout: 60_000 },
    );
    await assert.rejects(
      () => http.send("GET", url),
      (error) => error instanceof RetryLater && /answers without end/.test(String(error.cause)),
    );
  });

  it("sends a body with its headers, and gives status, headers and text", async (t) => {
    const { url, http } = await serve(
      t,
      async (request, response) => {
        const body = await bodyOf(request);
        response.writeHead(202, { "x-kind": String(request.headers["x-kind"]) });
        response.end(`${request.method} ${request.headers.authorization} ${body}`);
      },
      { headers: { authorization: "Basic abc" } },
    );
    const answer = await http.send("POST", url, Buffer.from("hällo"), { "x-kind": "a" });
    assert.deepEqual(
      [answer.status, answer.headers["x-kind"], answer.text],
      [202, "a", "POST Basic abc hällo"],
    );
  });

  it("packs large bodies when asked to, and small ones never", async (t) => {
    const seen: (string | undefined)[] = [];
    const { url, http } = await serve(
      t,
      async (request, response) => {
        const encoding = request.headers["content-encoding"];
        seen.push(encoding);
        const body = await bodyOf(request);
        response.end(String((encoding === "gzip" ? gunzipSync(body) : body).length));
      },
      { gzip: true },
    );
    assert.equal((await http.send("POST", url, Buffer.alloc(5_000, "x"))).text, "5000");
    assert.equal((await http.send("POST", url, Buffer.alloc(50, "x"))).text, "50");
    assert.deepEqual(seen, ["gzip", undefined]);
  });

  it("gives up an answer that is not whole in time, and says so", async (t) => {
    const { url, http } = await serve(t, (_, response) => void response.write("slow"), { timeout: 100 });
    await assert.rejects(http.send("GET", url), (error) => {
      assert.ok(error instanceof RetryLater);
      assert.match(error.message, /^It at http:\/\/127\.0\.0\.1:\d+ did not answer within 100 ms$/);
      return true;
    });
  });

  it("names what helps against a failed connection", async () => {
    const failing = async (options: Partial<HttpOptions>, url: string): Promise<string> => {
      const http = createHttp({ name: "It", timeout: 60_000, ...options });
      try {
        await http.send("GET", new URL(url));
        return "";
      } catch (error) {
        return reasonOf(error);
      } finally {
        http.close();
      }
    };
    const closed = `http://127.0.0.1:${await deadPort()}`;
    assert.match(
      await failing({}, closed),
      /ECONNREFUSED.*: see that it runs there, or correct the address$/,
    );
    assert.match(await failing({ setting: "url" }, closed), /or correct url$/);
  });

  it("says which side does not speak TLS, in one line", async (t) => {
    const { url, http } = await serve(t, (_, response) => response.end("x"));
    url.protocol = "https:";
    await assert.rejects(http.send("GET", url), (error: Error) => {
      assert.ok(error instanceof RetryLater);
      assert.match(
        reasonOf(error),
        /can't be reached: the server does not speak TLS: write http:\/\/ in the address$/,
      );
      return true;
    });
    const nginx = await serve(t, (_, response) => {
      response.writeHead(400, { "content-type": "text/html" });
      response.end("<center>The plain HTTP request was sent to HTTPS port</center>");
    });
    await assert.rejects(nginx.http.send("GET", nginx.url), {
      name: "RetryLater",
      message: /can't be reached: the server speaks TLS: write https:\/\/ in the address$/,
    });
  });

  it("takes a TLS alert in place of HTTP for a server that speaks TLS", async (t) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 70]));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const http = createHttp({ name: "It", timeout: 60_000, setting: "url" });
    t.after(() => {
      http.close();
      server.close();
    });
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await assert.rejects(http.send("GET", url), {
      message: /the server speaks TLS: write https:\/\/ in url$/,
    });
  });

  it("says which address can't be reached, and when the connection breaks", async (t) => {
    const { url, http } = await serve(t, (request) => void request.socket.destroy());
    await assert.rejects(http.send("GET", url), /It at http:\/\/127\.0\.0\.1:\d+ can't be reached/);
    const nobody = new URL(`http://127.0.0.1:${await deadPort()}/`);
    await assert.rejects(http.send("GET", nobody), (error: Error) => {
      assert.match(String((error.cause as Error).message), /ECONNREFUSED/);
      return true;
    });
  });

  it("hands on an answer as it comes in, for longer than a request may take, until it is told to end", async (t) => {
    let more: ((text: string) => void) | undefined;
    const { url, http } = await serve(
      t,
      (_, response) => {
        response.write("one");
        more = (text) => void response.write(text);
      },
      { timeout: 100 },
    );
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const ending = new AbortController();
    const stream = await http.stream(url, Buffer.from("ask"), {}, ending.signal);
    const parts = stream.setEncoding("utf8")[Symbol.asyncIterator]();
    assert.equal((await parts.next()).value, "one");
    t.mock.timers.tick(60_000);
    more?.("two");
    assert.equal((await parts.next()).value, "two");
    const last = assert.rejects(async () => parts.next(), /abort/);
    ending.abort();
    await last;
  });

  it("gives up a stream that does not begin in time, and one to nobody", async (t) => {
    const { url, http } = await serve(t, () => {}, { timeout: 100 });
    const { signal } = new AbortController();
    await assert.rejects(http.stream(url, Buffer.alloc(0), {}, signal), /did not answer within 100 ms/);
    const patient = createHttp({ name: "It", timeout: 60_000 });
    t.after(() => patient.close());
    const nobody = new URL(`http://127.0.0.1:${await deadPort()}/`);
    await assert.rejects(patient.stream(nobody, Buffer.alloc(0), {}, signal), /can't be reached/);
  });

  it("trusts a server whose certificate is signed by the given authority, and no other", async (t) => {
    const trusted = await serve(t, (_, response) => void response.end("ok"), {
      secure: true,
      ca: tls("ca.pem"),
    });
    assert.equal((await trusted.http.send("GET", trusted.url)).text, "ok");
    let asked = false;
    const unknown = await serve(t, () => (asked = true), { secure: true });
    await assert.rejects(unknown.http.send("GET", unknown.url), /can't be reached/);
    assert.equal(asked, false);
  });

  it("trusts a certificate by its fingerprint, and sends nothing to one with another", async (t) => {
    for (const written of [fingerprint, fingerprint.replaceAll(":", "").toLowerCase()]) {
      const known = await serve(t, (_, response) => void response.end("ok"), {
        secure: true,
        fingerprint: written,
      });
      assert.equal((await known.http.send("GET", known.url)).text, "ok");
      assert.equal((await known.http.send("GET", known.url)).text, "ok");
    }
    let asked = false;
    const other = await serve(t, () => (asked = true), { secure: true, fingerprint: "00".repeat(32) });
    await assert.rejects(other.http.send("POST", other.url, Buffer.from("secret")), (error: Error) => {
      assert.match(String((error.cause as Error).message), /certificate with another fingerprint/);
      return true;
    });
    assert.equal(asked, false);
  });

  it("takes any certificate when it is told not to verify", async (t) => {
    const { url, http } = await serve(t, (_, response) => void response.end("ok"), {
      secure: true,
      verify: false,
    });
    assert.equal((await http.send("GET", url)).text, "ok");
  });
});
