import assert from "node:assert/strict";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { chunkOf, newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const CHUNKS = 30;
/** Can't be packed to less than a few pages. */
const textOf = (number: number): string =>
  `${Array.from({ length: 2_000 }, (_, at) => ((at * 2_654_435_761 + number * 40_503) >>> 0).toString(36)).join("")}\n`;

/** A spool that is handed chunks while its database fails; `mend` ends the fault. */
async function survive(
  t: TestContext,
  fault: (open: ReturnType<typeof openSpool>, folder: string) => () => void,
  said: RegExp,
): Promise<void> {
  const folder = tempFolder(t);
  const open = openSpool(folder);
  const { spool, checkpoints } = open;
  spool.cursor("s");
  const config = spool.config("{}");
  const generation = newGeneration(checkpoints);
  let start = 0;
  const seqs: number[] = [];
  const append = (number: number): void => {
    const text = textOf(number);
    void spool.append(chunkOf(generation, start, text), 1, config, (seq) => seqs.push(seq));
    start += text.length;
  };
  append(0);
  await spool.flush();
  const first = generation.offset;
  const mend = fault(open, folder);
  for (let number = 1; number < CHUNKS; number++) append(number);
  await until(() => said.test(spool.figures().problem ?? ""), { what: `a problem like ${said}` });
  assert.ok(generation.offset < start, "the position waits for the blocks");
  assert.ok(generation.offset >= first);
  assert.equal(spool.pendingLines, CHUNKS - seqs.length, "what is not durable is still in hand");
  mend();
  await spool.flush();
  assert.equal(spool.figures().problem, undefined);
  assert.deepEqual(
    seqs,
    Array.from({ length: CHUNKS }, (_, at) => at + 1),
  );
  await spool.close();

  const again = openSpool(folder);
  for (let number = 0; number < CHUNKS; number++)
    assert.equal(again.spool.read(number + 1)?.bytes.toString(), textOf(number));
  assert.equal(again.checkpoints.byId(generation.id)?.offset, start);
  await again.spool.close();
}

describe("a spool whose disk fails", () => {
  it("S12: says that the disk is full, and goes on without a gap once there is room", (t) =>
    survive(
      t,
      ({ db }) => {
        const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count);
        db.exec(`PRAGMA max_page_count = ${pages + 20}`);
        return () => db.exec("PRAGMA max_page_count = 1000000");
      },
      /database or disk is full\): readers wait, nothing is lost; free disk space$/,
    ));

  it("S12: says that its database is locked by another program, and goes on once it is not", (t) =>
    survive(
      t,
      ({ db }, folder) => {
        db.exec("PRAGMA busy_timeout = 10");
        const other = new DatabaseSync(join(folder, "spool.db"));
        other.exec("BEGIN IMMEDIATE");
        return () => other.close();
      },
      /database is locked\): readers wait, nothing is lost; another program holds its database/,
    ));

  it("says that its database is damaged when it is, and what to do", async (t) => {
    const folder = tempFolder(t);
    const { db, spool, checkpoints } = openSpool(folder);
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    const config = spool.config("{}");
    await spool.append(chunkOf(generation, 0, textOf(0)), 1, config, () => {});
    db.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory");
    const file = join(folder, "spool.db");
    // All but the first page, in place.
    const garbage = Buffer.alloc(statSync(file).size - 4096, 0x5a);
    const handle = openSync(file, "r+");
    writeSync(handle, garbage, 0, garbage.length, 4096);
    closeSync(handle);
    const lost = spool.append(chunkOf(generation, textOf(0).length, textOf(1)), 1, config, () => {});
    await until(() => spool.figures().problem);
    assert.match(
      spool.figures().problem ?? "",
      /readers wait; its database is damaged: stop Log Monitor and move the data folder away/,
    );
    spool.finish(10);
    await assert.rejects(lost, /closed/);
    await spool.close();
  });
});
