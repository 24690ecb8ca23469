import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";

const FILES = 50;
const HUGE = 200 * 2 ** 20;
/** Bytes of a turn; see `following.ts`. */
const TURN = 256 * 1024;

describe("one huge file beside many small ones", () => {
  it("takes its turns with them: none waits for more than a few of its turns", async (t) => {
    const folder = tempFolder(t);
    const huge = join(folder, "a-huge.log");
    const small = Array.from({ length: FILES }, (_, at) => join(folder, `small-${at}.log`));
    for (const file of [huge, ...small]) writeFileSync(file, "first\n");
    const running = await startSource(join(folder, "data"), {
      paths: join(folder, "*.log"),
      from: "start",
    });
    t.after(running.stop);
    await running.source.drain();
    const from = running.chunks.length;
    running.source.pause();
    const block = Buffer.from(`${"z".repeat(127)}\n`.repeat(2 ** 13));
    for (let at = 0; at < HUGE; at += block.length) appendFileSync(huge, block);
    for (const file of small) appendFileSync(file, "second\n");
    running.source.resume();
    await running.source.drain();

    const chunks = running.chunks.slice(from);
    let bytes = 0;
    let seen = 0;
    for (const chunk of chunks) {
      if (chunk.generation.path === huge) bytes += chunk.bytes.length;
      else if (++seen === FILES) break;
    }
    assert.equal(seen, FILES);
    assert.ok(bytes <= 2 * FILES * TURN, `${bytes} bytes of the huge file came before the last small one`);
    const all = chunks.filter(({ generation }) => generation.path === huge);
    assert.equal(
      all.reduce((sum, chunk) => sum + chunk.bytes.length, 0),
      HUGE,
    );
  });
});
