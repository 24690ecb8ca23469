import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { silent } from "../../src/lib/log.ts";
import type { SourceContext } from "../../src/sources/source.ts";
import { createLife } from "../../src/sources/stream/life.ts";
import { createSenders } from "../../src/sources/syslog/senders.ts";
import { openSpool } from "../helpers/spool.ts";
import { type RunningStream, startStream } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const TIMES = { timeout: 60_000 };

async function start(t: TestContext, given: object): Promise<RunningStream> {
  const run = await startStream(tempFolder(t), "syslog", { port: 0, ...given });
  t.after(run.stop);
  return run;
}

const portOf = (run: RunningStream): number => Number(/:(\d+)$/.exec(run.source.files()[0]?.path ?? "")?.[1]);

/** Sends datagrams from an address of this machine. */
async function send(port: number, from: string, ...messages: readonly string[]): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise<void>((bound) => socket.bind(0, from, bound));
  for (const message of messages)
    await new Promise<unknown>((sent) => socket.send(message, port, "127.0.0.1", sent));
  socket.close();
}

/** What is durable, by the name of its stream. */
function byFile(run: RunningStream): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { path, raw } of run.durable()) {
    const own = found[path.replace(/:\d+$/, ":*")] ?? [];
    own.push(raw);
    found[path.replace(/:\d+$/, ":*")] = own;
  }
  return found;
}

// All of 127.0.0.0/8 is this machine there.
describe("senders of syslog", { skip: process.platform !== "linux" }, () => {
  it("have a row, a file and an account of their own, up to a bound; the others share one", async (t) => {
    const run = await start(t, { protocols: ["udp"], senders: 2 });
    for (const turn of [1, 2])
      for (const host of [2, 3, 4, 5]) await send(portOf(run), `127.0.0.${host}`, `<13>${host}.${turn}`);
    await until(() => run.raws().length === 8, TIMES);
    assert.deepEqual(byFile(run), {
      "udp 127.0.0.2": ["<13>2.1", "<13>2.2"],
      "udp 127.0.0.3": ["<13>3.1", "<13>3.2"],
      "udp 127.0.0.1:*": ["<13>4.1", "<13>5.1", "<13>4.2", "<13>5.2"],
    });
    assert.deepEqual(
      run.source.files().map(({ path, state }) => `${path.replace(/:\d+$/, ":*")} ${state}`),
      ["udp 127.0.0.1:* watching", "udp 127.0.0.2 watching", "udp 127.0.0.3 watching"],
    );
    assert.deepEqual(
      run
        .accounts()
        .map(({ lines }) => lines)
        .sort(),
      [2, 2, 4],
    );
    assert.deepEqual(run.open(), []);
  });

  it("keep their row over connections, and are all together where none is wanted", async (t) => {
    for (const senders of [10, 0]) {
      const run = await start(t, { protocols: ["tcp"], senders });
      for (const message of ["<13>one\n", "<13>two\n"]) {
        const socket = connect({ port: portOf(run), host: "127.0.0.1", localAddress: "127.0.0.7" });
        socket.end(message);
        await once(socket, "close");
        await until(() => run.raws().includes(message.trim()), TIMES);
      }
      const name = senders > 0 ? "tcp 127.0.0.7" : "tcp 127.0.0.1:*";
      assert.deepEqual(byFile(run), { [name]: ["<13>one", "<13>two"] });
    }
  });

  it("each get their messages in order and with their bounds, whoever speaks in between", async (t) => {
    const run = await start(t, { protocols: ["udp"], maxMessageBytes: 500 });
    const sockets = await Promise.all(
      [2, 3, 4].map(async (host) => {
        const socket = createSocket("udp4");
        await new Promise<void>((bound) => socket.bind(0, `127.0.0.${host}`, bound));
        t.after(() => socket.close());
        return socket;
      }),
    );
    const expected: Record<string, string[]> = {};
    let total = 0;
    const text = fc
      .array(fc.constantFrom("a", "\n", "\\", "é", "x".repeat(200)), { minLength: 1, maxLength: 6 })
      .map((all) => `${all.join("")}.`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), text), { maxLength: 20 }), async (messages) => {
        for (const [who, message] of messages) {
          await new Promise<unknown>((sent) => sockets[who]?.send(message, portOf(run), "127.0.0.1", sent));
          const own = expected[`udp 127.0.0.${who + 2}`] ?? [];
          own.push(
            Buffer.from(message)
              .subarray(0, 500)
              .toString()
              .replace(/\ufffd+$/, ""),
          );
          expected[`udp 127.0.0.${who + 2}`] = own;
          total++;
        }
        await until(() => run.accounts().reduce((sum, { lines }) => sum + lines, 0) === total, TIMES);
        assert.deepEqual(byFile(run), expected);
        assert.deepEqual(run.open(), []);
      }),
      { numRuns: 20 },
    );
  });

  it("give their row up to another one when they have said nothing for an hour", async (t) => {
    const { spool, checkpoints } = openSpool(tempFolder(t));
    t.after(() => spool.close());
    const emit = async () => {};
    const context: SourceContext = {
      ...{ id: "a", log: silent, checkpoints, emit, room: () => undefined },
      ...{ changed() {}, fail: assert.fail },
    };
    const shared = createLife(context, "udp 0.0.0.0:514");
    shared.begin();
    let minutes = 0;
    const senders = createSenders(context, "udp", shared, 2, () => minutes * 60_000);
    const speak = (address: string) => senders.of(address).life.path;
    assert.deepEqual(["10.0.0.1", "::ffff:10.0.0.2", "fe80::3"].map(speak), [
      "udp 10.0.0.1",
      "udp 10.0.0.2",
      "udp 0.0.0.0:514",
    ]);
    minutes = 50;
    speak("10.0.0.1");
    minutes = 70;
    senders.of("::ffff:10.0.0.2").waiting = 1;
    minutes = 140;
    assert.equal(speak("fe80::3"), "udp [fe80::3]");
    assert.equal(speak("10.0.0.1"), "udp 0.0.0.0:514", "what is not handed on yet keeps the other");
    assert.deepEqual(
      senders.rows("watching").map(({ path }) => path),
      ["udp 10.0.0.2", "udp [fe80::3]"],
    );
    await senders.end();
    assert.ok(checkpoints.load("a").every(({ ended }) => ended));
  });
});
