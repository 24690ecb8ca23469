import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { RetryLater } from "../../src/errors.ts";
import { createStdoutSink, stdoutSink } from "../../src/sinks/stdout.ts";
import { accessRecord } from "../helpers/records.ts";

function written(t: TestContext, format: "json" | "raw" | "pretty", isTTY = false) {
  const out = Object.assign(new PassThrough(), { isTTY });
  const sink = createStdoutSink(format, out);
  t.after(() => sink.close());
  return { sink, out, text: () => String(out.read() ?? "") };
}

describe("the sink stdout", () => {
  it("writes a JSON object a line", async (t) => {
    const { sink, text } = written(t, "json");
    await sink.write([accessRecord(), accessRecord({ offset: 9 })]);
    const lines = text().trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).id),
      ["00000000000000ff-0", "00000000000000ff-9"],
    );
  });

  it("writes lines as they were read", async (t) => {
    const { sink, text } = written(t, "raw");
    await sink.write([accessRecord({ raw: "a\tb" }), accessRecord({ raw: "trace\n  at x" })]);
    assert.equal(text(), "a\tb\ntrace\n  at x\n");
  });

  it("writes lines for people, without what a terminal would obey", async (t) => {
    const { sink, text } = written(t, "pretty");
    await sink.write([
      accessRecord({
        level: "error",
        message: "bad \u001b[2J\u0007 news\nat x",
        fields: { status: 500, path: "/a b" },
      }),
      accessRecord({ level: undefined, message: "???", fields: {}, error: "no match" }),
    ]);
    assert.equal(
      text(),
      '2018-03-04T13:49:52.000Z ERROR access bad \\x1b[2J\\x07 news\n    at x status=500 path="/a b"\n' +
        '2018-03-04T13:49:52.000Z       access ??? unparsed="no match"\n',
    );
  });

  it("has colours on a terminal alone, and none where NO_COLOR is set", async (t) => {
    const before = process.env.NO_COLOR;
    t.after(() => {
      if (before === undefined) delete process.env.NO_COLOR;
      else process.env.NO_COLOR = before;
    });
    delete process.env.NO_COLOR;
    const terminal = written(t, "pretty", true);
    await terminal.sink.write([accessRecord({ level: "error" })]);
    assert.ok(terminal.text().includes("\u001b[31mERROR\u001b[0m"));
    process.env.NO_COLOR = "1";
    const plain = written(t, "pretty", true);
    await plain.sink.write([accessRecord({ level: "error" })]);
    assert.ok(!plain.text().includes("\u001b"));
  });

  it("keeps the records for later when nobody reads any more, and does not end the process by it", async () => {
    const out = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
    });
    const sink = createStdoutSink("raw", out);
    const error = await Promise.resolve(sink.write([accessRecord()])).then(
      () => assert.fail("was taken"),
      (failure) => failure,
    );
    assert.ok(error instanceof RetryLater);
    assert.match(String(error.cause), /EPIPE/);
    await new Promise(setImmediate);
  });

  it("is refused in the editor, whose engine has no terminal", async () => {
    assert.ok(stdoutSink.options.safeParse({}).success, "the command line has one");
    const script = `
      const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(new URL("../../src/sinks/stdout.ts", import.meta.url).href)})
        .then(({ stdoutSink }) => parentPort.postMessage(stdoutSink.options.safeParse({}).error?.message));`;
    const worker = new Worker(script, { eval: true });
    const message = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await worker.terminate();
    assert.match(String(message), /the editor has none.*use a sink file/);
  });
});
