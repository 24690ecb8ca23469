import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { inspectFolder } from "../../src/cli/inspect.ts";
import { chunkOf, newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const none = (): void => {};

describe("inspect", () => {
  it("shows all else where a log can't be looked at", async (t) => {
    const folder = tempFolder(t);
    const loop = join(folder, "loop.log");
    symlinkSync(loop, loop);
    const { spool, checkpoints } = openSpool(folder);
    spool.cursor("out");
    await spool.append(chunkOf(newGeneration(checkpoints, loop), 0, "one\n"), 1, spool.config("{}"), none);
    await spool.close();
    const { checkpoints: rows } = await inspectFolder(folder);
    assert.deepEqual(
      rows.map(({ path, offset, size }) => [path, offset, size]),
      [[loop, 4, undefined]],
    );
  });

  it("counts dead letters as `dead` does, also a last line without its end", async (t) => {
    const folder = tempFolder(t);
    await openSpool(folder).spool.close();
    mkdirSync(join(folder, "dead", "unreadable.ndjson"), { recursive: true });
    writeFileSync(join(folder, "dead", "out.ndjson"), "{}\n\n{}\n{}");
    const { deadLetters } = await inspectFolder(folder);
    assert.deepEqual(
      deadLetters.map(({ sink, records }) => [sink, records]),
      [
        ["out", 3],
        ["unreadable", undefined],
      ],
    );
  });

  it("says of a spool that was killed before it had tables that nothing was kept", async (t) => {
    const folder = tempFolder(t);
    new DatabaseSync(join(folder, "spool.db")).close();
    writeFileSync(join(folder, "spool.db"), "");
    await assert.rejects(inspectFolder(folder), { name: "UserError", message: /nothing was kept in .* yet/ });
  });

  it("counts behind a sink what is for it, and nothing else", async (t) => {
    const folder = tempFolder(t);
    const { spool, checkpoints } = openSpool(folder);
    const generation = newGeneration(checkpoints);
    for (const sink of ["one", "two"]) spool.cursor(sink);
    const [all, mine] = [spool.config("{}"), spool.config(JSON.stringify({ sinks: ["one"] }))];
    await spool.append(chunkOf(generation, 0, "a\n"), 1, all, none);
    await spool.append(chunkOf(generation, 2, "b\nc\n"), 2, mine, none);
    await spool.close();
    const { sinks, accounts } = await inspectFolder(folder);
    assert.deepEqual(
      sinks.map(({ sink, blocksBehind, linesBehind }) => [sink, blocksBehind, linesBehind]),
      [
        ["one", 2, 3],
        ["two", 1, 1],
      ],
    );
    assert.deepEqual(
      accounts.flatMap((account) => account.sinks.map(({ sink, waiting }) => [sink, waiting.records])),
      [
        ["one", 3],
        ["two", 1],
      ],
    );
  });
});
