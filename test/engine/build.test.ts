import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildSink, buildSource } from "../../src/engine/build.ts";
import { RetryLater, reasonOf } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import { sinks } from "../../src/sinks/index.ts";
import { sources } from "../../src/sources/index.ts";
import { deadPort } from "../helpers/port.ts";
import { startReceiver } from "../helpers/receiver.ts";
import { accessRecord } from "../helpers/records.ts";
import { startStream } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("sources as they are built", () => {
  it("name a command without its secrets, which else went with each record to every sink", async (t) => {
    const options = sources.command?.options.parse({
      command: ["sh", "-c", "echo hello", "x", "--key=hunter22"],
      restart: "never",
    });
    const plan = { type: "command", options, secrets: ["hunter22"] };
    const run = await startStream(tempFolder(t), "command", options, {}, (context) =>
      buildSource(plan, context),
    );
    t.after(run.stop);
    await run.source.drain();
    const [row] = run.durable();
    assert.equal(row?.raw, "hello");
    assert.match(row?.path ?? "", /--key=\*\*\*/);
    assert.doesNotMatch(JSON.stringify(run.source.files()), /hunter22/);
  });
});

describe("sinks as they are built", () => {
  const options: Record<string, object> = {
    elasticsearch: { url: "https://127.0.0.1:9" },
    opensearch: { url: "https://127.0.0.1:9" },
    kafka: { brokers: "127.0.0.1:9", tls: true },
    loki: { url: "https://127.0.0.1:9" },
    otlp: { url: "https://127.0.0.1:9" },
    webhook: { url: "https://127.0.0.1:9" },
  };
  const speaking = Object.entries(sinks).filter(([type]) => type in options);
  const build = async (
    t: Parameters<typeof tempFolder>[0],
    type: string,
    more: object,
    secrets: string[] = [],
  ) => {
    const parsed = sinks[type]?.options.parse({ ...options[type], ...more });
    const dataDir = tempFolder(t);
    return buildSink({ type, options: parsed, secrets }, { id: "x", log: silent, dataDir, baseDir: dataDir });
  };

  for (const [type] of speaking) {
    it(`say once that TLS is not verified, where it isn't: ${type}`, async (t) => {
      const [doubtful, good] = [await build(t, type, { verify: false }), await build(t, type, {})];
      assert.equal(doubtful.target.match(/not verified/g)?.length, 1, doubtful.target);
      assert.doesNotMatch(good.target, /not verified/);
      await doubtful.close();
      await good.close();
    });
  }

  it("throw what they did, without the secrets in it", async (t) => {
    const url = `http://127.0.0.1:${await deadPort()}/hunter22`;
    const sink = await build(t, "elasticsearch", { url }, ["hunter22"]);
    await assert.rejects(
      () => sink.check(),
      (error) => error instanceof RetryLater && !reasonOf(error).includes("hunter22"),
    );
    assert.doesNotMatch(sink.target, /hunter22/);
    await sink.close();
  });

  it("say what is amiss, and what a check found, without the secrets in it", async (t) => {
    const labels = { hunter22: "${method}" };
    const { url: loki } = await startReceiver(t);
    const sink = await build(t, "loki", { url: loki, labels, maxLabelValues: 1 }, ["hunter22"]);
    await sink.open?.(undefined);
    await sink.write([accessRecord(), accessRecord({ offset: 1, fields: { method: "PUT" } })]);
    const { problems, folded } = sink.notes?.() ?? { problems: [] };
    assert.match(problems.join(), /label \*\*\* has 1 values/);
    assert.equal(folded, 1);
    await sink.close();

    const action = { auto_create_index: "-hunter22*" };
    const about = JSON.stringify({
      version: { distribution: "opensearch", number: "3.0.0", lucene_version: "10" },
      persistent: { action },
    });
    const { url } = await startReceiver(t, () => ({ status: 200, text: about }));
    const other = await build(t, "opensearch", { url, index: "hunter22-${source}" }, ["hunter22"]);
    const checked = await other.check();
    assert.match(checked?.note ?? "", /makes no index .* by itself .*\(.*-\*\*\*/);
    assert.doesNotMatch(JSON.stringify(checked), /hunter22/);
    await other.close();
  });
});
