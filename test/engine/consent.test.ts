import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createEngine } from "../../src/engine/engine.ts";
import { silent } from "../../src/lib/log.ts";
import type { ConfigInput } from "../../src/protocol/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const inputOf = (folder: string, values: object, given: Partial<ConfigInput> = {}): ConfigInput => ({
  layers: [{ origin: "workspace", baseDir: folder, values: { monitor: false, store: false, ...values } }],
  folders: [{ name: "test", path: folder }],
  trusted: true,
  dataDir: join(folder, "data"),
  ...given,
});
const source = { paths: "a.log", parser: "plain", from: "start" };

describe("a sink that waits for consent", () => {
  it("is sent nothing, keeps its lines, and gets all of them once it is allowed", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\n");
    let connections = 0;
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on("data", (part) => bodies.push(String(part)));
      request.on("end", () => response.writeHead(204).end());
    }).on("connection", () => connections++);
    await new Promise<void>((listening) => server.listen(0, "0.0.0.0", listening));
    t.after(() => void server.close());
    const { port } = server.address() as AddressInfo;
    // No loopback address by its name, and this machine all the same.
    const url = `http://0.0.0.0:${port}`;
    const sinks = { db: { type: "influxdb", url, database: "d", unparsed: "send" } };
    const engine = createEngine({ log: silent });
    t.after(() => engine.close());
    const input = inputOf(folder, { sources: { a: source }, sinks });

    const { waiting } = await engine.configure({ ...input, allowed: [] });
    assert.deepEqual(waiting, [{ part: "sinks.db", wants: [url] }]);
    appendFileSync(join(folder, "a.log"), "two\n");
    await until(() => engine.snapshot().sinks[0]?.lagRecords === 2);
    const [held] = engine.snapshot().sinks;
    assert.deepEqual([held?.state, held?.consent, connections], ["consent", [url], 0]);

    const allowed = await engine.configure({ ...input, allowed: [url] });
    assert.deepEqual([allowed.changed, allowed.waiting], [["sinks.db"], undefined]);
    await until(() => engine.snapshot().sinks[0]?.delivered === 2);
    assert.match(bodies.join(""), /one[\s\S]*two/);
  });
});

describe("a command that waits for consent", () => {
  it("is not run before it is allowed, nor when it has become another", async (t) => {
    const folder = tempFolder(t);
    const engine = createEngine({ log: silent });
    t.after(() => engine.close());
    const command = (word: string) => ["/bin/sh", "-c", `echo ${word} >> ran; echo ${word}; exec sleep 60`];
    const input = (word: string, allowed: readonly string[]): ConfigInput =>
      inputOf(folder, { sources: { a: { type: "command", command: command(word) } } }, { allowed });
    const ran = () => readFileSync(join(folder, "ran"), "utf8");

    const { waiting = [] } = await engine.configure(input("one", []));
    const [{ part, wants } = assert.fail("nothing waits")] = waiting;
    assert.equal(part, "sources.a");
    await engine.start({});
    const [held] = engine.snapshot().sources;
    assert.deepEqual(
      [held?.state, held?.consent, existsSync(join(folder, "ran"))],
      ["consent", wants, false],
    );

    await engine.configure(input("one", wants));
    await until(() => engine.snapshot().sources[0]?.lines === 1);
    assert.equal(ran(), "one\n");
    const another = await engine.configure(input("two", wants));
    assert.equal(another.waiting?.length, 1);
    assert.equal(engine.snapshot().sources[0]?.state, "consent");
    assert.equal(ran(), "one\n");
  });
});

describe("a secret that changes", () => {
  it("has the parts made anew that use it, and leaves all else alone", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\n");
    const secrets = new Map([["NAME", "first"]]);
    const engine = createEngine({
      log: silent,
      secrets: { get: async (name) => secrets.get(name), missing: (name) => `no ${name}` },
    });
    t.after(() => engine.close());
    const sinks = {
      out: { type: "file", path: `out-\${secret:NAME}` },
      other: { type: "file", path: "other" },
    };
    const input = inputOf(folder, { sources: { a: source }, sinks });
    await engine.configure(input);
    await until(() => engine.snapshot().totals.lines === 1);
    secrets.set("NAME", "second");
    const { changed, unchanged } = await engine.configure(input);
    assert.deepEqual([changed, unchanged], [["sinks.out"], ["sources.a", "sinks.other"]]);
    secrets.delete("NAME");
    const { issues } = await engine.configure(input);
    assert.deepEqual(
      issues.map(({ path, message }) => [path.join("."), message]),
      [["sinks.out.path", "no NAME"]],
    );
  });
});
