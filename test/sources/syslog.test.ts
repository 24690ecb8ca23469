import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import type { SourceContext } from "../../src/sources/source.ts";
import { type RunningStream, startStream } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const TIMES = { timeout: 60_000 };

async function start(
  t: TestContext,
  given: object = {},
  context: Partial<SourceContext> = {},
): Promise<RunningStream> {
  const run = await startStream(tempFolder(t), "syslog", { port: 0, ...given }, context);
  t.after(run.stop);
  return run;
}

function portOf(run: RunningStream, protocol: string): number {
  const path = run.source.files().find((one) => one.path.startsWith(protocol))?.path ?? "";
  return Number(path.slice(path.lastIndexOf(":") + 1));
}

async function datagrams(
  port: number,
  messages: readonly (string | Buffer)[],
  host = "127.0.0.1",
): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  for (const message of messages)
    await new Promise<void>((resolve, reject) =>
      socket.send(message, port, host, (error) => (error ? reject(error) : resolve())),
    );
  socket.close();
}

async function client(t: { after(fn: () => void): void }, port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  t.after(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

describe("syslog as a source", () => {
  it("takes datagrams, one record each, whatever they hold", async (t) => {
    const run = await start(t, { protocols: ["udp"] });
    const sent = [
      "<13>one",
      "<13>two\nof two lines\\n\r\n\tend",
      "<13>three\n",
      "",
      "C:\\new\\r",
      "<13>e\u0301\0",
    ];
    await datagrams(portOf(run, "udp"), sent);
    await until(() => run.raws().length === 5, TIMES);
    assert.deepEqual(run.raws(), ["<13>one", sent[1], "<13>three", "C:\\new\\r", "<13>e\u0301"]);
    assert.match(run.source.files()[0]?.path ?? "", /^udp 127\.0\.0\.1:\d+$/);
    assert.deepEqual(run.open(), []);
  });

  it("keeps boundaries and texts through the spool, for any messages", async (t) => {
    const run = await start(t, { protocols: ["udp"] });
    const text = fc
      .array(fc.constantFrom("a", "\n", "\r", "\\", "n", "é", "<13>", " "), { maxLength: 12 })
      .map((all) => `${all.join("")}.`);
    const expected: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), async (messages) => {
        await datagrams(portOf(run, "udp"), messages);
        expected.push(...messages);
        await until(() => run.raws().length === expected.length, TIMES);
        assert.deepEqual(run.raws(), expected);
      }),
      { numRuns: 20 },
    );
    assert.deepEqual(run.open(), []);
  });

  it("takes connections side by side, framed either way; a slow one holds nobody up", async (t) => {
    const run = await start(t, { protocols: ["tcp"] });
    const port = portOf(run, "tcp");
    const slow = await client(t, port);
    slow.write("19 <13>half a mess");
    const lines = await client(t, port);
    const counted = await client(t, port);
    lines.write("<13>a line\r\n<13>another");
    counted.write("12 <13>counted\n9 <13>x\ny.\n");
    await until(() => run.raws().length === 3, TIMES);
    lines.end();
    await until(() => run.raws().length === 4, TIMES);
    slow.write("age!");
    await until(() => run.raws().length === 5, TIMES);
    assert.deepEqual(
      run.raws().sort(),
      ["<13>a line", "<13>another", "<13>counted", "<13>half a message!", "<13>x\ny."].sort(),
    );
    assert.deepEqual(run.open(), []);
  });

  it("cuts messages that are too long, and accounts for the rest", async (t) => {
    const run = await start(t, { maxMessageBytes: 500 });
    await datagrams(portOf(run, "udp"), [`<13>${"x".repeat(1_000)}`, "<13>next"]);
    const tcp = await client(t, portOf(run, "tcp"));
    tcp.write(`<13>${"y".repeat(2_000)}\n<13>next\n`);
    await until(() => run.raws().length === 4, TIMES);
    const lengths = run.raws().map((raw) => raw.length);
    assert.deepEqual(lengths.sort(), [500, 500, 8, 8].sort());
    assert.deepEqual(
      run.source.files().flatMap(({ cutLines }) => cutLines ?? []),
      [1, 1],
    );
    assert.deepEqual(
      run
        .accounts()
        .map(({ skipped }) => skipped)
        .filter((skipped) => skipped > 0)
        .sort(),
      [504, 1504].sort(),
    );
    assert.deepEqual(run.open(), []);
  });

  it("says which setting is wrong when a port is taken, runs the rest, and goes on when it is free", async (t) => {
    const taken = createServer();
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const run = await start(t, { port });
    const rows = run.source.files();
    assert.deepEqual(
      rows.map(({ state }) => state),
      ["watching", "failed"],
    );
    assert.match(
      rows[1]?.reason ?? "",
      /^port: another program listens on tcp 127\.0\.0\.1:\d+ \(EADDRINUSE\): choose/,
    );
    assert.equal(run.source.state().state, "watching");
    assert.equal(run.said.length, 1);
    taken.close();
    await until(() => run.source.files().every(({ state }) => state === "watching"), TIMES);
    assert.equal(run.said.length, 1);
  });

  it("names the host that is no address of this machine", async (t) => {
    const run = await start(t, { host: "192.0.2.1", protocols: ["tcp"] });
    assert.equal(run.source.state().state, "failed");
    assert.match(run.source.state().reason ?? "", /^host: 192\.0\.2\.1 is no address of this machine/);
  });

  it("refuses connections beyond the limit, counted, while those that there are speak", async (t) => {
    const run = await start(t, { protocols: ["tcp"], maxConnections: 1 });
    const port = portOf(run, "tcp");
    const first = await client(t, port);
    first.write("<13>one\n");
    await until(() => run.raws().length === 1, TIMES);
    const second = await client(t, port);
    await once(second, "close");
    first.write("<13>two\n");
    await until(() => run.raws().length === 2, TIMES);
    assert.match(run.source.files()[0]?.reason ?? "", /^1 connection refused/);
    first.end();
    await once(first, "close");
    const third = await client(t, port);
    third.write("<13>three\n");
    await until(() => run.raws().length === 3, TIMES);
  });

  it("holds connections up while there is no room, and counts datagrams that are lost for it", async (t) => {
    let blocked = true;
    const room = Promise.withResolvers<void>();
    const run = await start(t, {}, { room: () => (blocked ? room.promise : undefined) });
    const tcp = await client(t, portOf(run, "tcp"));
    const line = `<13>${"x".repeat(9_994)}\n`;
    let written = 0;
    const writing = (async () => {
      for (; written < 2_000; written++) if (!tcp.write(line)) await once(tcp, "drain");
    })();
    const big = Buffer.alloc(60_000, "y");
    for (let n = 0; n < 100; n++) await datagrams(portOf(run, "udp"), [big]);
    await until(() => tcp.writableLength > 0, TIMES);
    assert.ok(written < 2_000);
    await until(() => (run.source.files()[0]?.dropped ?? 0) > 0, TIMES);
    blocked = false;
    room.resolve();
    await writing;
    tcp.end();
    const lost = (): number => run.source.files()[0]?.dropped ?? 0;
    const read = (): number => run.accounts().reduce((sum, { lines }) => sum + lines, 0);
    await until(() => read() + lost() >= 2_100, { ...TIMES, every: 100 });
    const raws = run.raws();
    assert.equal(raws.filter((raw) => raw.startsWith("<13>")).length, 2_000);
    assert.deepEqual(run.open(), []);
  });

  it("gives all that came when it is stopped, and begins a generation at the next start", async (t) => {
    const folder = tempFolder(t);
    const keys = new Set<string>();
    for (const turn of [1, 2]) {
      const run = await startStream(folder, "syslog", { port: 0, protocols: ["tcp"] });
      const tcp = await client(t, portOf(run, "tcp"));
      tcp.write("<13>one\n<13>tw");
      await until(() => run.raws().length === 2 * turn - 1, TIMES);
      tcp.write("o");
      await new Promise((resolve) => setTimeout(resolve, 50));
      await run.source.stop();
      assert.deepEqual(run.raws().slice(-2), ["<13>one", "<13>two"]);
      for (const { key } of run.durable()) keys.add(key);
      assert.deepEqual(run.open(), []);
      await run.stop();
    }
    assert.equal(keys.size, 2);
  });

  it("listens on IPv6", async (t) => {
    const run = await start(t, { host: "::1" });
    assert.match(run.source.files()[0]?.path ?? "", /^udp \[::1\]:\d+$/);
    await datagrams(portOf(run, "udp"), ["<13>six"], "::1");
    await until(() => run.raws().length === 1, TIMES);
  });

  it("asks the system for a larger buffer, and says when it gets less", async (t) => {
    const run = await start(t, { protocols: ["udp"], receiveBuffer: "1GiB" });
    assert.match(run.said[0] ?? "", /receiveBuffer: the system gives \d+ bytes of 1073741824/);
  });
});
