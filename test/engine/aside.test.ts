import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { asideFile, createAside } from "../../src/engine/aside.ts";
import { silent } from "../../src/lib/log.ts";
import { createPartition } from "../../src/sources/kafka/partition.ts";
import { readMarker } from "../../src/sources/kafka/start.ts";
import type { Aside, SourceContext } from "../../src/sources/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { listening } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const letter = (offset: number): Aside => ({ path: "t[0]", offset, time: 0, reason: "a tombstone" });
const message = (offset: number) => ({
  ...{ offset, time: 0, id: undefined, fields: undefined },
  value: Buffer.from(`m${offset}`),
});

/** A data folder whose disk is full, for what source k puts aside, until it is mended. */
function fullDisk(t: TestContext) {
  const dataDir = tempFolder(t);
  const file = asideFile(dataDir, "k");
  mkdirSync(join(dataDir, "aside"));
  symlinkSync("/dev/full", file);
  const offsets = (): number[] =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line).offset);
  return { dataDir, file, offsets, mend: () => unlinkSync(file) };
}

describe("messages that are put aside", { skip: process.platform !== "linux" }, () => {
  it("wait for a full disk, loudly, and are all there in their order once there is room", async (t) => {
    const { dataDir, offsets, mend } = fullDisk(t);
    const { log, said } = listening();
    const aside = createAside(dataDir, log, () => {});
    const { signal } = new AbortController();
    const done: number[] = [];
    const puts = [1, 2, 3].map((at) => aside.put("k", [letter(at)], signal).then(() => done.push(at)));
    await until(() => aside.problems.length === 1);
    assert.match(
      aside.problems[0] ?? "",
      /^source k: messages .* can't be put aside \(ENOSPC.*\): it waits, nothing is lost; free disk space/,
    );
    assert.deepEqual([done, said], [[], aside.problems]);
    mend();
    await Promise.all(puts);
    assert.deepEqual([offsets(), done, aside.problems], [[1, 2, 3], [1, 2, 3], []]);
  });

  it("begin a line of their own behind one that a full disk cut off", async (t) => {
    const { dataDir, file, mend } = fullDisk(t);
    mend();
    writeFileSync(file, '{"offset":1,"rea');
    await createAside(dataDir, silent, () => {}).put("k", [letter(1)], new AbortController().signal);
    assert.equal(JSON.parse(readFileSync(file, "utf8").split("\n")[1] ?? "").offset, 1);
  });

  it("let a stop end the wait, and are not taken for kept", async (t) => {
    const { dataDir } = fullDisk(t);
    const aside = createAside(dataDir, silent, () => {});
    const stop = new AbortController();
    const put = aside.put("k", [letter(1)], stop.signal);
    await until(() => aside.problems.length === 1);
    stop.abort();
    await assert.rejects(put, /ENOSPC/);
    assert.deepEqual(aside.problems, []);
  });

  it("hold back the position of their partition, and what comes after them", async (t) => {
    const { dataDir, offsets, mend } = fullDisk(t);
    const { spool, checkpoints } = openSpool(dataDir);
    t.after(() => spool.close());
    spool.cursor("s");
    const row = spool.config("{}");
    const aside = createAside(dataDir, silent, () => {});
    const context: SourceContext = {
      id: "k",
      log: silent,
      checkpoints,
      room: () => undefined,
      emit: (chunk) => spool.append(chunk, chunk.records ?? 0, row, () => {}),
      putAside: (letters, stop) => aside.put("k", letters, stop),
      changed() {},
      fail: (error) => assert.fail(String(error)),
    };
    const { signal } = new AbortController();
    const partition = createPartition("t", 0, [], context, () => {}, signal);
    partition.begin(0, "0123456789abcdef", 0);
    partition.take({ messages: [message(0)], aside: [], last: 0 });
    await partition.settled;
    assert.equal(partition.held, undefined);
    partition.take({ messages: [message(2)], aside: [letter(1)], last: 2 });
    partition.take({ messages: [message(3)], aside: [], last: 3 });
    await until(() => aside.problems.length === 1);
    await spool.flush();
    const kept = () => readMarker(checkpoints.load("k")[0]?.marker ?? "")?.next;
    assert.deepEqual([partition.durable, kept()], [1, 1], "a kill now would read them again");
    assert.ok(partition.held);
    mend();
    await partition.settled;
    assert.deepEqual([offsets(), partition.durable, kept(), partition.held], [[1], 4, 4, undefined]);
    assert.deepEqual(
      [1, 2, 3].map((seq) => String(spool.read(seq)?.bytes).slice(-2)),
      ["m0", "m2", "m3"],
    );
  });
});
