import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { RetryLater } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import { kafkaSink } from "../../src/sinks/kafka.ts";
import { kafkaOptions } from "../../src/sources/kafka/options.ts";
import { createKafkaSource } from "../../src/sources/kafka.ts";
import { accessRecord } from "../helpers/records.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** The address of someone who takes connections, swallows what comes, and never says a word. */
async function swallower(t: TestContext): Promise<{ brokers: string; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {}).resume();
    t.after(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return {
    brokers: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

const remedy = /nothing answers there in time: see that a broker runs there and keeps up, or correct brokers/;

describe("a broker that takes connections and never answers", () => {
  for (const tls of [false, true]) {
    it(`fails a write and the test of the connection in time, with what to do${tls ? ", over TLS" : ""}`, async (t) => {
      const { brokers } = await swallower(t);
      const options = kafkaSink.options.parse({ brokers, topic: "t", timeout: 200, tls });
      const sink = await kafkaSink.create(options, { id: "k", log: silent, dataDir: "/", baseDir: "/" });
      t.after(() => sink.close());
      for (const act of [() => sink.write([accessRecord()]), () => sink.check()]) {
        await assert.rejects(act, (error) => error instanceof RetryLater && remedy.test(error.message));
      }
    });
  }

  it("is told of once by a source, which goes on trying", async (t) => {
    const { brokers, connections } = await swallower(t);
    const { spool, checkpoints } = openSpool(tempFolder(t));
    const said: string[] = [];
    const source = createKafkaSource(kafkaOptions.parse({ brokers, topics: "t", timeout: 100, tls: true }), {
      id: "k",
      log: { ...silent, warn: (text) => void said.push(text) },
      checkpoints,
      room: () => undefined,
      emit: () => assert.fail("there is nothing to read"),
      changed() {},
      fail: (error) => assert.fail(String(error)),
    });
    t.after(async () => {
      await source.stop();
      await spool.close();
    });
    await source.start();
    await until(() => source.state().state === "failed", { what: "the failure" });
    assert.match(source.state().reason ?? "", remedy);
    const before = connections();
    await until(() => connections() > before + 3, { timeout: 60_000, what: "another try" });
    assert.equal(said.length, 1, said.join("\n"));
  });
});
