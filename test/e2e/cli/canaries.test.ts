import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { runCli, start } from "./program.ts";

/** Each is part of one secret; none may be seen anywhere, in plain or as Basic authentication encodes it. */
const CANARY = /canary/i;
const ENCODED = Buffer.from("user:canary").toString("base64").slice(0, 14);

/** A server that repeats what it was sent in what it refuses, as gateways do. */
async function echoing(t: TestContext, status: number): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const said = `${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(parts)}`;
      response.writeHead(status, { "content-type": "application/json", "x-influxdb-error": "refused" });
      response.end(JSON.stringify({ error: said, message: said }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("secrets", () => {
  it("are seen in no output and in no file, whatever fails and whatever servers repeat", async (t) => {
    const cwd = tempFolder(t);
    const [refuses, forbids, fails] = [await echoing(t, 400), await echoing(t, 401), await echoing(t, 500)];
    const signed = { user: "user", password: "canaryPassword" };
    const kafka = { type: "kafka", brokers: "127.0.0.1:9", topic: "t", sasl: "plain", timeout: 1000 };
    const sinks = {
      dsn: { type: "influxdb", dsn: `${refuses}@user@canary@Dsn@db@s`, unparsed: "send" },
      forbidden: { type: "influxdb", dsn: `${forbids}@user@canaryDsn@db@s`, unparsed: "send" },
      failing: { type: "influxdb", url: fails, database: "d", ...signed, unparsed: "send" },
      token: {
        type: "influxdb",
        url: forbids,
        org: "o",
        bucket: "b",
        token: "canaryToken",
        unparsed: "send",
      },
      closed: { type: "influxdb", dsn: "http://127.0.0.1:9@user@canaryDsn@db@s", unparsed: "send" },
      elastic: { type: "elasticsearch", url: forbids, ...signed },
      refusing: { type: "elasticsearch", url: refuses, apiKey: `\${secret:api-key}` },
      bearer: { type: "opensearch", url: fails, token: `\${env:BEARER}` },
      sasl: { ...kafka, ...signed },
      oauth: { ...kafka, sasl: "oauthbearer", token: "canaryOauth" },
      loki: { type: "loki", url: refuses, ...signed },
      otlp: { type: "otlp", url: forbids, headers: { Authorization: "Bearer canaryHeader" } },
      hook: { type: "webhook", url: `${refuses}/hooks/canaryPath`, headers: { "X-Api-Key": "canaryKey" } },
      native: {
        type: "influxdb",
        version: 3,
        url: refuses,
        database: "d",
        token: "canaryV3",
        unparsed: "send",
      },
      collector: { type: "otlp", url: fails, headers: { "api-key": "canaryKey" } },
      webhook: { type: "webhook", url: `${refuses}/hooks/canaryPath?key=canaryQuery`, token: "canaryHook" },
      wrong: { type: "influxdb", url: "http://user:canaryUrl@127.0.0.1:9", database: "d" },
    };
    const { wrong, ...right } = sinks;
    const listened = { type: "kafka", brokers: "127.0.0.1:9", topics: "t", timeout: 1000 };
    const cert = join(import.meta.dirname, "../../cases/tls/server.pem");
    const client = { url: `${forbids}/token`, clientId: "user", clientSecret: "canaryClient" };
    const sources = {
      a: { type: "file", paths: "a.log", parser: "plain", from: "start" },
      job: {
        type: "command",
        command: ["sh", "-c", 'echo "no such role: $PGPASSWORD" >&2; exit 3'],
        streams: "stdout",
        env: { PGPASSWORD: "canaryRole" },
      },
      lost: { type: "command", command: [`no-such-\${secret:program}`] },
      topics: { ...listened, sasl: "scram-sha-256", ...signed },
      tokens: { ...listened, sasl: "oauthbearer", oauth: client },
      secure: { type: "syslog", port: 0, tls: { port: 0, cert, key: `\${secret:tls-key}` } },
    };
    const monitor = { port: 0 };
    const etcd = { endpoints: forbids, key: "k", user: "user", password: "canaryEtcd", timeout: 1000 };
    writeFileSync(join(cwd, "a.log"), "one\ntwo\n");
    writeFileSync(join(cwd, "lm.json"), JSON.stringify({ sources, sinks: right, monitor, etcd }));
    writeFileSync(join(cwd, "wrong.json"), JSON.stringify({ sources, sinks, monitor, etcd }));
    const env = {
      LOG_MONITOR_SECRET_API_KEY: "canaryApiKey",
      LOG_MONITOR_SECRET_TLS_KEY: "-----BEGIN PRIVATE KEY-----\ncanaryTls\n-----END PRIVATE KEY-----\n",
      LOG_MONITOR_SECRET_PROGRAM: "canaryProgram",
      BEARER: "canaryBearer",
    };
    const seen: string[] = [];

    for (const config of ["wrong.json", "lm.json"]) {
      const { code, out, err } = await runCli(t, ["check", "-c", config], { cwd, env });
      assert.equal(code, 1);
      seen.push(out, err);
      for (const form of [[], ["--json"]]) {
        const explained = await runCli(t, ["explain", "-c", config, ...form], { cwd, env });
        assert.match(explained.out, /"sinks\.dsn"|^sinks\.dsn$/m);
        seen.push(explained.out, explained.err);
      }
    }
    const program = start(t, ["run", "-c", "lm.json", "--verbose"], { cwd, env });
    const address = await program.until(() => /http:\/\/[\d.:]+(?=\/monitor)/.exec(program.err())?.[0], {
      what: "the monitor",
    });
    const answer = async (path: string) => (await fetch(`${address}${path}`)).text();
    const tried = (metrics: string): boolean =>
      Object.keys(right).every((id) =>
        new RegExp(`retries\\S*sink="${id}"\\S* [1-9]|dead\\S*sink="${id}"\\S* [1-9]`).test(metrics),
      );
    await program.until(async () => tried(await answer("/metrics")), { what: "each sink to fail" });
    seen.push(await answer("/metrics"), await answer("/monitor"), await answer("/"));
    const inspected = await runCli(t, ["inspect", "--data-dir", ".log-monitor"], { cwd, env });
    seen.push(inspected.out, inspected.err);
    program.kill("SIGTERM");
    const { out, err } = await program.exited;
    assert.match(err, /no such role/);
    seen.push(out, err);

    const afterwards = [
      ["dead"],
      ["dead", "--json"],
      ...["dsn", "refusing", "oauth", "otlp", "hook"].map((id) => ["preview", "-c", "lm.json", "--sink", id]),
      ["replay", "-c", "lm.json", "--sink", "hook", "--dead", "--patience", "1s"],
      ["replay", "-c", "lm.json", "--sink", "failing", "--since", "1h", "--patience", "1s"],
    ];
    for (const args of afterwards) {
      const { out, err } = await runCli(t, args, { cwd, env });
      assert.doesNotMatch(err, /the configuration has no|can be sent;/, args.join(" "));
      assert.notEqual(out + err, "", args.join(" "));
      seen.push(out, err);
    }

    const folder = join(cwd, ".log-monitor");
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    assert.ok(files.length > 3);
    for (const { parentPath, name } of files) seen.push(readFileSync(join(parentPath, name), "latin1"));
    for (const text of seen) {
      const at = text.search(CANARY) < 0 ? text.indexOf(ENCODED) : text.search(CANARY);
      assert.equal(at, -1, `a secret is seen: ${text.slice(Math.max(0, at - 200), at + 100)}`);
    }
  });
});
