import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseLines } from "../../src/engine/lines.ts";
import { createParser } from "../../src/parsers/index.ts";
import { MAX_LINE_BYTES } from "../../src/sources/source.ts";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";

const long = "x".repeat(MAX_LINE_BYTES + 100_000);
const cut = long.slice(0, MAX_LINE_BYTES);

describe("file source, lines beyond 1 MiB", () => {
  it("cuts and counts them, and reads what follows, however they come", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    appendFileSync(file, `one\n${long}\ntwo\n${long}`);
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await running.source.drain();
    appendFileSync(file, "rest");
    await running.source.drain();
    appendFileSync(file, " and more\nthree\n");
    await running.source.drain();
    const told = running.durable().map(({ line }) => line);
    assert.deepEqual(told, ["one", cut, "two", cut, "three"]);
    assert.equal(running.source.files()[0]?.cutLines, 2);
    assert.equal(running.source.state().state, "watching");
  });

  for (const rest of ["rest\nnext\n", "\nnext\n", `${long}\nnext\n`]) {
    it(`skips after a restart what comes of a cut line: ${JSON.stringify(rest.slice(-12))}, ${rest.length} bytes`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(folder, "data")];
      appendFileSync(file, `one\n${long}`);
      const first = await startSource(data, { paths: file, from: "start" });
      await first.source.drain();
      await first.stop();
      appendFileSync(file, rest);
      const second = await startSource(data, { paths: file });
      t.after(second.stop);
      await second.source.drain();
      const durable = second.durable();
      assert.deepEqual(
        durable.map(({ line }) => line),
        ["one", cut, "next"],
      );
      assert.ok(durable[2]?.id.endsWith(`-${4 + long.length + rest.length - "next\n".length}`));
    });
  }

  it("hands a line of just the limit on whole", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    appendFileSync(file, `${cut}\nnext\n`);
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await running.source.drain();
    assert.deepEqual(
      running.durable().map(({ line }) => line),
      [cut, "next"],
    );
    assert.equal(running.source.files()[0]?.cutLines, undefined);
  });

  it("marks the record of a line that was cut, and no other", () => {
    const parser = createParser("plain", {}, { timezone: undefined, ignoreOffset: false });
    const origin = { source: "a", file: "a.log", key: "0" };
    const marks = (text: string, cut: boolean) =>
      parseLines(Buffer.from(text), 0, parser, origin, 0, { cut }).map((record) => [
        record.fields.truncated,
        record.cut,
      ]);
    assert.deepEqual(marks("one\nlong", true), [
      [undefined, undefined],
      [true, true],
    ]);
    assert.deepEqual(marks("one\nopen", false), [
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});
