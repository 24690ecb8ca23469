import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { closes, type FileAccount } from "../../src/model.ts";

import { readBalance } from "../../src/spool/balance.ts";
import type { Generation } from "../../src/spool/checkpoints.ts";
import type { Passed } from "../../src/spool/sums.ts";
import { chunkOf, newGeneration, type OpenSpool, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const NOTHING = { records: 0, bytes: 0 };

/** Every record of a block was taken, each of two bytes; `dead` of them were refused, `leftOut` passed over. */
function taken(seq: number, generation: Generation, records: number, dead = 0, leftOut = 0): Passed {
  const amount = (count: number) => ({ records: count, bytes: 2 * count });
  return {
    seq,
    generation: generation.id,
    delivered: amount(records - dead - leftOut),
    leftOut: amount(leftOut),
    dead: amount(dead),
    dropped: NOTHING,
    givenUp: false,
  };
}

function setUp(t: TestContext): OpenSpool & { readonly folder: string; readonly config: number } {
  const folder = tempFolder(t);
  const open = openSpool(folder);
  t.after(() => open.spool.close());
  return { ...open, folder, config: open.spool.config('{"name":"plain"}') };
}

/** Appends lines of two bytes, each, so many bytes behind where reading stands, of which `skipped` are told. */
async function append(
  { spool }: OpenSpool,
  generation: Generation,
  lines: number,
  config: number,
  { jump = 0, skipped = jump }: { readonly jump?: number; readonly skipped?: number } = {},
) {
  const chunk = chunkOf(generation, generation.offset + jump, "x\n".repeat(lines), skipped);
  let number = 0;
  await spool.append(chunk, lines, config, (seq) => {
    number = seq;
  });
  return number;
}

const of = (account: FileAccount | undefined, sink: string) => {
  const found = account?.sinks.find((one) => one.sink === sink);
  return (
    found &&
    [found.routed, found.delivered, found.dead, found.dropped, found.waiting].map(({ records }) => records)
  );
};

/** What memory and the database say of a generation: the same, once all is written. */
function fileOf({ spool, db }: OpenSpool, generation: Generation): FileAccount {
  spool.sync();
  const account = spool.accounts.file(generation.id)!;
  const durable = readBalance(db)!.files.get(generation.id);
  const sinks = durable?.sinks.filter(({ routed }) => routed.records > 0);
  assert.deepEqual({ ...durable, sinks: bySink(sinks) }, { ...account, sinks: bySink(account.sinks) });
  assert.ok(closes(account), JSON.stringify(account));
  return account;
}

function bySink<T extends { readonly sink: string }>(accounts: readonly T[] = []): T[] {
  return [...accounts].sort((one, other) => (one.sink < other.sink ? -1 : 1));
}

describe("accounts", () => {
  it("tell of each file what was read, and what became of it at each sink", async (t) => {
    const open = setUp(t);
    const generation = newGeneration(open.checkpoints);
    open.spool.cursor("s");
    open.spool.cursor("t");
    const first = await append(open, generation, 3, open.config);
    await append(open, generation, 2, open.config, { jump: 4 });
    open.spool.accounts.unparsed(generation.id, 1);
    open.spool.advance("s", first, undefined, [taken(first, generation, 3, 1)]);
    const account = fileOf(open, generation);
    assert.deepEqual(of(account, "s"), [5, 2, 1, 0, 2]);
    assert.deepEqual(of(account, "t"), [5, 0, 0, 0, 5]);
    const { lines, unparsed, bytes, skipped, began, offset } = account;
    assert.deepEqual(
      { lines, unparsed, bytes, skipped, began, offset },
      { lines: 5, unparsed: 1, bytes: 10, skipped: 4, began: 0, offset: 14 },
    );
  });

  it("do not close when a reader jumps over bytes that it did not say it skipped", async (t) => {
    const open = setUp(t);
    const [jumps, other] = [
      newGeneration(open.checkpoints),
      newGeneration(open.checkpoints, "/logs/b.log", 2),
    ];
    await append(open, jumps, 3, open.config);
    const before = open.spool.accounts.file(jumps.id);
    assert.ok(before && closes(before));
    // Both in one transaction.
    await Promise.all([
      append(open, jumps, 2, open.config, { jump: 5, skipped: 2 }),
      append(open, other, 1, open.config, { jump: 1 }),
    ]);
    const account = open.spool.accounts.file(jumps.id)!;
    assert.deepEqual([account.skipped, account.missing, account.offset], [2, 3, 15]);
    assert.equal(closes(account), false);
    assert.equal(open.spool.accounts.file(other.id)?.missing, 0);
    assert.equal(open.spool.accounts.source("a").missing, 3);
    const balance = readBalance(open.db);
    assert.deepEqual(balance?.files.get(jumps.id), account);
    assert.equal(balance?.sources.get("a")?.missing, 3);

    await open.spool.close();
    const again = openSpool(open.folder);
    t.after(() => again.spool.close());
    // It is not forgotten, lest the fault is.
    again.spool.sync();
    for (const { id } of [jumps, other]) again.checkpoints.forget(again.checkpoints.byId(id)!);
    assert.equal(again.checkpoints.byId(other.id), undefined);
    assert.deepEqual(again.spool.accounts.file(jumps.id), account);
    assert.equal(again.spool.accounts.source("a").missing, 3);
    // Bytes that are read twice are as wrong.
    await append(again, again.checkpoints.byId(jumps.id)!, 1, open.config, { jump: -7, skipped: 0 });
    assert.equal(again.spool.accounts.file(jumps.id)?.missing, -4);
  });

  it("count for a sink only what is routed to it", async (t) => {
    const open = setUp(t);
    const generation = newGeneration(open.checkpoints);
    for (const sink of ["s", "t"]) open.spool.cursor(sink);
    await append(open, generation, 3, open.spool.config('{"sinks":["s"]}'));
    const account = fileOf(open, generation);
    assert.deepEqual(of(account, "s"), [3, 0, 0, 0, 3]);
    assert.equal(of(account, "t"), undefined);
  });

  it("count what is given up as dropped, and as delivered what was under way then and came through", async (t) => {
    const open = setUp(t);
    const generation = newGeneration(open.checkpoints);
    open.spool.cursor("s");
    const first = await append(open, generation, 3, open.config);
    await append(open, generation, 2, open.config);
    open.spool.dropOldest();
    assert.deepEqual(of(fileOf(open, generation), "s"), [5, 0, 0, 3, 2]);
    open.spool.advance("s", first, undefined, [{ ...taken(first, generation, 3, 1, 1), givenUp: true }]);
    const account = fileOf(open, generation);
    assert.deepEqual(of(account, "s"), [5, 1, 1, 0, 2]);
    assert.deepEqual(account.sinks[0]?.leftOut, { records: 1, bytes: 2 });
  });

  it("count once what an old write and its repetition both brought", async (t) => {
    const open = setUp(t);
    const generation = newGeneration(open.checkpoints);
    open.spool.cursor("s");
    const seq = await append(open, generation, 3, open.config);
    open.spool.advance("s", seq, undefined, [taken(seq, generation, 3)]);
    open.spool.advance("s", seq, undefined, [taken(seq, generation, 3)]);
    assert.deepEqual(of(fileOf(open, generation), "s"), [3, 3, 0, 0, 0]);
  });

  it("move a dead letter that was taken to what was delivered, once", async (t) => {
    const open = setUp(t);
    const generation = newGeneration(open.checkpoints);
    open.spool.cursor("s");
    const seq = await append(open, generation, 3, open.config);
    open.spool.advance("s", seq, undefined, [taken(seq, generation, 3, 2)]);
    const letter = { key: generation.key, source: "a", offset: 2, bytes: 2 };
    open.spool.accounts.redeem("s", [letter, letter]);
    assert.deepEqual(of(fileOf(open, generation), "s"), [3, 2, 1, 0, 0]);
    open.spool.accounts.redeem("s", [letter, { ...letter, key: "of another folder" }]);
    assert.deepEqual(of(fileOf(open, generation), "s"), [3, 2, 1, 0, 0]);
  });

  it("take a letter off the source that it was read for, also when another one has its partition now", async (t) => {
    const open = setUp(t);
    const place = { device: 0, inode: 0, fingerprint: "", fingerprintLength: 0, offset: 0, marker: "" };
    const [old, heir] = ["old", "heir"].map((source) =>
      open.checkpoints.create({ ...place, source, path: "t[0]", key: "0123456789abcdef" }),
    );
    open.spool.cursor("s");
    for (const generation of [old!, heir!]) {
      const seq = await append(open, generation, 2, open.config);
      open.spool.advance("s", seq, undefined, [taken(seq, generation, 2, 1)]);
    }
    open.spool.accounts.redeem("s", [{ key: old!.key, source: "old", offset: 1, bytes: 2 }]);
    open.spool.accounts.redeem("s", [{ key: old!.key, source: "heir", offset: 3, bytes: 2 }]);
    for (const generation of [old!, heir!])
      assert.deepEqual(of(fileOf(open, generation), "s"), [2, 2, 0, 0, 0]);
  });

  it("begin for a new sink with all that is still held, and end with it", async (t) => {
    const open = setUp(t);
    const generation = newGeneration(open.checkpoints);
    open.spool.cursor("s");
    await append(open, generation, 3, open.config);
    open.spool.cursor("t");
    assert.deepEqual(of(fileOf(open, generation), "t"), [3, 0, 0, 0, 3]);
    open.spool.retain(["s"]);
    assert.equal(of(fileOf(open, generation), "t"), undefined);
    open.spool.retain(["s"]);
    open.spool.cursor("t");
    assert.deepEqual(of(fileOf(open, generation), "t"), [3, 0, 0, 0, 3]);
  });

  it("keep what was read of files that are forgotten in the account of their source", async (t) => {
    const open = setUp(t);
    const [gone, stays] = [
      newGeneration(open.checkpoints),
      newGeneration(open.checkpoints, "/logs/b.log", 2),
    ];
    open.spool.cursor("s");
    const seq = await append(open, gone, 3, open.config);
    await append(open, stays, 2, open.config);
    open.spool.advance("s", seq, undefined, [taken(seq, gone, 3, 1, 1)]);
    open.spool.accounts.unparsed(gone.id, 1);
    open.spool.sync();
    open.checkpoints.forget(gone);
    assert.equal(readBalance(open.db)?.files.has(gone.id), false);
    const durable = readBalance(open.db)?.sources.get("a");
    assert.deepEqual(durable, open.spool.accounts.source("a"));
    assert.deepEqual([durable?.lines, durable?.unparsed, durable?.bytes], [5, 1, 10]);
    const { delivered, leftOut, waiting } = durable?.sinks[0] ?? {};
    assert.deepEqual([delivered?.records, leftOut?.records, waiting?.records], [1, 1, 2]);
    await open.spool.close();
    const again = openSpool(open.folder);
    t.after(() => again.spool.close());
    assert.deepEqual(again.spool.accounts.source("a"), durable);
  });

  it("close after any run of appends, cursors, drops, new and removed sinks, and restarts", async (t) => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          append: fc.nat(2),
          lines: fc.integer({ min: 1, max: 5 }),
          to: fc.nat(2),
          gap: fc.nat(3),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          advance: fc.constantFrom("s", "t"),
          blocks: fc.integer({ min: 1, max: 3 }),
          dead: fc.nat(5),
          leftOut: fc.nat(2),
        }),
      },
      fc.constant("drop" as const),
      fc.constant("reopen" as const),
      fc.constant("kill" as const),
      fc.constantFrom("add s" as const, "add t" as const, "remove s" as const, "remove t" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const folder = tempFolder(t);
        let open = openSpool(folder);
        let ids = ["s", "t"];
        for (const id of ids) open.spool.cursor(id);
        const rows = [1, 2, 3].map(
          (inode) => newGeneration(open.checkpoints, `/logs/${inode}.log`, inode).id,
        );
        let generations = rows.map((id) => open.checkpoints.byId(id)!);
        const configs = ["{}", '{"sinks":["s"]}', '{"sinks":["t","u"]}'].map((json) =>
          open.spool.config(json),
        );
        const sinksAt = [["s", "t"], ["s"], ["t"]];
        for (const one of steps) {
          if (one === "drop") open.spool.dropOldest();
          else if (one === "reopen" || one === "kill") {
            // What was not written is lost with the database.
            if (one === "kill") open.db.close();
            await open.spool.close().catch(() => {});
            open = openSpool(folder);
            generations = rows.map((id) => open.checkpoints.byId(id)!);
          } else if (typeof one === "string") {
            const id = one.slice(-1);
            ids = one.startsWith("add") ? [...new Set([...ids, id])] : ids.filter((other) => other !== id);
            if (one.startsWith("add")) open.spool.cursor(id);
            else open.spool.retain(ids);
          } else if ("append" in one) {
            const generation = generations[one.append]!;
            await append(open, generation, one.lines, configs[one.to]!, { jump: one.gap });
            open.spool.accounts.unparsed(generation.id, one.lines - 1);
          } else if (ids.includes(one.advance)) {
            let at = open.spool.cursor(one.advance).seq;
            const passed: Passed[] = [];
            for (let count = 0; count < one.blocks; count++) {
              const block = open.spool.read(at + 1);
              if (!block) break;
              at = block.seq;
              const owner = generations.find(({ id }) => id === block.generation)!;
              if (sinksAt[configs.indexOf(block.config)]!.includes(one.advance)) {
                const dead = Math.min(one.dead, block.lines);
                passed.push(taken(at, owner, block.lines, dead, Math.min(one.leftOut, block.lines - dead)));
              }
            }
            open.spool.advance(one.advance, at, undefined, passed);
          }
          for (const id of rows) {
            const account = open.spool.accounts.file(id)!;
            assert.ok(closes(account), `in memory: ${JSON.stringify(account)}`);
            const durable = readBalance(open.db)!.files.get(id)!;
            assert.ok(closes(durable), `in the database: ${JSON.stringify(durable)}`);
          }
        }
        for (const generation of generations) fileOf(open, generation);
        assert.deepEqual(
          bySink(open.spool.accounts.source("a").sinks),
          bySink(
            readBalance(open.db)!
              .sources.get("a")
              ?.sinks.filter(({ routed }) => routed.records > 0),
          ),
        );
        await open.spool.close();
      }),
      { numRuns: 60 },
    );
  });
});
