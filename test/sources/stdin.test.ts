import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import { multilineOption } from "../../src/multiline/options.ts";
import type { SourceContext } from "../../src/sources/source.ts";
import { createStdinSource, stdinSource } from "../../src/sources/stdin.ts";
import { type RunningStream, startStream } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const options = (given: object = {}) =>
  stdinSource.options.parse(given) as Parameters<typeof createStdinSource>[0];

function start(
  t: { after(fn: () => void): void },
  input: PassThrough | undefined,
  given: object = {},
  context: Partial<SourceContext> = {},
): Promise<RunningStream> {
  return startStream(tempFolder(t), "stdin", {}, context, (whole) =>
    createStdinSource(options(given), whole, input),
  );
}

const multiline = multilineOption.parse({ preset: "indent", timeout: 60_000 });

describe("stdin as a source", () => {
  it("reads to the end, also a last line without its end, and says that it has ended", async (t) => {
    const input = new PassThrough();
    const run = await start(t, input);
    assert.equal(run.source.state().state, "watching");
    input.write("one\ntwo\r\nth");
    input.end("ree");
    await run.source.drain();
    assert.deepEqual(run.raws(), ["one", "two", "three"]);
    assert.deepEqual(run.source.state(), { state: "stopped", reason: "the input has ended", ended: true });
    const [row] = run.source.files();
    assert.deepEqual([row?.path, row?.stream, row?.offset, row?.size], ["stdin", true, 14, 14]);
    assert.deepEqual(run.open(), []);
    await run.stop();
  });

  it("gives the same lines however they come, each once", async (t) => {
    const folder = tempFolder(t);
    let turn = 0;
    const line = fc.array(fc.constantFrom("a", "é", " ", "\t", "\r", "x"), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat(200), { maxLength: 6 }),
        async (lines, cuts) => {
          const text = lines.map((letters) => `${letters.join("")}.\n`);
          const bytes = Buffer.from(text.join(""));
          const input = new PassThrough();
          const run = await startStream(`${folder}/${turn++}`, "stdin", {}, {}, (whole) =>
            createStdinSource(options(), whole, input),
          );
          let from = 0;
          for (const to of [
            ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ]) {
            if (to > from) input.write(bytes.subarray(from, to));
            from = Math.max(from, to);
          }
          input.end();
          await run.source.drain();
          assert.deepEqual(
            run.raws(),
            text.map((one) => one.slice(0, -1)),
          );
          assert.deepEqual(run.open(), []);
          await run.stop();
        },
      ),
      { numRuns: 20 },
    );
  });

  it("holds its writer up while there is no room, and takes nothing out of the pipe", async (t) => {
    const input = new PassThrough({ highWaterMark: 100 });
    let room = Promise.withResolvers<void>();
    let blocked = true;
    const run = await start(t, input, {}, { room: () => (blocked ? room.promise : undefined) });
    assert.equal(input.write("x".repeat(150)), false);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([run.chunks.length, input.readableLength], [0, 150]);
    blocked = false;
    room.resolve();
    await until(() => input.readableLength === 0);
    room = Promise.withResolvers();
    blocked = true;
    input.write("\n");
    input.end("last\n");
    blocked = false;
    room.resolve();
    await run.source.drain();
    assert.deepEqual(run.raws(), ["x".repeat(150), "last"]);
    await run.stop();
  });

  it("is not read while it is paused", async (t) => {
    const input = new PassThrough();
    const run = await start(t, input);
    run.source.pause();
    input.write("one\n");
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual([run.source.state().state, run.chunks.length], ["paused", 0]);
    run.source.resume();
    await until(() => run.raws().length === 1);
    await run.stop();
  });

  it("takes a line that is not ended as it is after partialAfter, and its end as no line", async (t) => {
    const input = new PassThrough();
    const run = await start(t, input, { partialAfter: 100 });
    input.write("password: ");
    await until(() => run.raws().length === 1);
    input.write("\nnext\n");
    await until(() => run.raws().length === 2);
    assert.deepEqual(run.raws(), ["password: ", "next"]);
    assert.deepEqual(run.open(), []);
    await run.stop();
  });

  it("puts lines together, and hands out the last group at the end", async (t) => {
    const input = new PassThrough();
    const run = await start(t, input, {}, { multiline });
    input.end("a\n  b\nc\n  d\n");
    await run.source.drain();
    assert.deepEqual(
      run.chunks.map(({ bytes, records }) => [bytes.toString(), records]),
      [
        ["a\n  b\n", 1],
        ["c\n  d\n", 1],
      ],
    );
    await run.stop();
  });

  it("cuts lines that are too long, and counts them", async (t) => {
    const input = new PassThrough();
    const run = await start(t, input, { maxLineBytes: 1024 });
    input.end(`${"x".repeat(3000)}\nshort\n`);
    await run.source.drain();
    assert.deepEqual(run.raws(), ["x".repeat(1024), "short"]);
    assert.equal(run.source.files()[0]?.cutLines, 1);
    assert.deepEqual(run.open(), []);
    await run.stop();
  });

  it("keeps what it has taken out of the pipe when it is stopped", async (t) => {
    const input = new PassThrough();
    const run = await start(t, input);
    input.write("one\ntw");
    await until(() => run.chunks.length === 1);
    input.write("o\nthree\nfo");
    await run.source.stop();
    assert.deepEqual(run.raws(), ["one", "two", "three", "fo"]);
    await run.stop();
  });

  it("begins a generation each time it is started, so that no id comes twice", async (t) => {
    const folder = tempFolder(t);
    const input = new PassThrough();
    for (const line of ["one\n", "two\n"]) {
      const run = await startStream(folder, "stdin", {}, {}, (whole) =>
        createStdinSource(options(), whole, input),
      );
      input.write(line);
      await until(() => run.chunks.length === 1);
      await run.source.stop();
      if (line === "two\n") {
        const [one, two] = run.durable();
        assert.deepEqual([one?.raw, two?.raw, one?.offset, two?.offset], ["one", "two", 0, 0]);
        assert.notEqual(one?.key, two?.key);
        assert.deepEqual(run.open(), []);
      }
      await run.stop();
    }
  });

  it("is refused where there is none, and to a second source", async (t) => {
    const none = await start(t, undefined);
    assert.match(none.source.state().reason ?? "", /^type stdin reads what is piped into the command line/);
    assert.equal(none.source.state().state, "failed");
    await none.stop();
    const input = new PassThrough();
    const first = await start(t, input);
    const second = await start(t, input);
    assert.match(second.source.state().reason ?? "", /another source reads stdin/);
    await second.stop();
    await first.stop();
  });
});
