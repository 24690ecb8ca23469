import assert from "node:assert/strict";
import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Log, silent } from "../../src/lib/log.ts";
import { isRecordLine } from "../../src/lib/record-line.ts";
import type { Fields } from "../../src/model.ts";
import { fileSink } from "../../src/sinks/file.ts";
import { createRecordFormatter } from "../../src/sinks/record-json.ts";
import { accessRecord, origin } from "../helpers/records.ts";
import { tempFolder } from "../helpers/temp.ts";

const make = (folder: string, log: Log = silent) =>
  fileSink.create({ path: "out/records.ndjson" }, { id: "out", log, dataDir: folder, baseDir: folder });

describe("file sink", () => {
  it("appends one JSON record a line", async (t) => {
    const folder = tempFolder(t);
    const sink = await make(folder);
    await sink.open?.(undefined);
    await sink.write([
      accessRecord({ offset: 36 }),
      accessRecord({ offset: 72, error: "no", level: undefined, fields: {} }),
    ]);
    await sink.close();
    const [first, second] = readFileSync(sink.target, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(first, {
      id: "00000000000000ff-10",
      time: "2018-03-04T13:49:52.000Z",
      source: "access",
      file: "/logs/access.log",
      offset: 36,
      level: "info",
      message: "GET /foo?query=t HTTP/1.0",
      fields: accessRecord().fields,
      raw: "the line",
    });
    assert.equal(second.error, "no");
  });

  it("leaves each record once after a kill in mid-write (property)", async (t) => {
    const folder = tempFolder(t);
    const records = Array.from({ length: 40 }, (_, n) =>
      accessRecord({
        offset: n * 10,
        origin: { ...origin, key: n % 3 === 0 ? "0a" : "0b" },
        raw: `line ${n}`,
      }),
    );
    const cuts = fc
      .array(fc.nat(40), { maxLength: 6 })
      .map((all) => [...new Set([...all, 40])].sort((a, b) => a - b));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        cuts,
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        cuts,
        fc.constantFrom("stays", "moved", "appended", "copied"),
        async (before, acknowledged, torn, after, fate) => {
          const place = join(folder, String(++run));
          const first = await make(place);
          const states = [{ state: await first.open?.(undefined), done: 0 }];
          let done = 0;
          for (const end of before) {
            states.push({ state: await first.write(records.slice(done, end)), done: end });
            done = end;
          }
          await first.close();
          const last = states[acknowledged % states.length] ?? assert.fail();
          const { length } = last.state as { length: number };
          const size = statSync(first.target).size;
          truncateSync(first.target, length + Math.floor((size - length) * torn));
          const others: string[] = [];
          const old = `${first.target}.1`;
          if (fate === "moved") renameSync(first.target, old);
          if (fate === "copied") writeFileSync(first.target, readFileSync(first.target).subarray(length));
          if (fate === "appended") {
            others.push("someone else");
            appendFileSync(first.target, "\nsomeone else\n");
          }

          const second = await make(place);
          // Killed again before anything is written, and once more in the middle.
          let state = await second.open?.(last.state);
          await second.close();
          let at = last.done;
          for (const end of after.filter((one) => one > last.done)) {
            const next = await make(place);
            await next.open?.(state);
            state = await next.write(records.slice(at, end));
            await next.close();
            at = end;
          }
          const text =
            (fate === "moved" ? readFileSync(old, "utf8").replace(/[^\n]*$/, "") : "") +
            readFileSync(first.target, "utf8");
          const lines = text.split("\n");
          const whole = lines
            .filter((line) => line.endsWith("}") && line.startsWith("{"))
            .map((line) => JSON.parse(line).raw);
          const from = fate === "copied" ? last.done : 0;
          assert.deepEqual(
            whole.toSorted(),
            records
              .slice(from)
              .map(({ raw }) => raw)
              .toSorted(),
          );
          for (const line of others) assert.ok(lines.includes(line));
        },
      ),
      { numRuns: 150 },
    );
  });

  const offsetsIn = (file: string): number[] =>
    readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).offset);

  it("cuts no byte of a file that is not the one it wrote, whatever its length", async (t) => {
    const folder = tempFolder(t);
    const first = await make(folder);
    await first.open?.(undefined);
    const state = await first.write([accessRecord({ offset: 1 })]);
    await first.close();
    const foreign = `${"precious\n".repeat(1000)}no line end`;
    for (const replace of [
      () => writeFileSync(first.target, foreign),
      () => {
        rmSync(first.target);
        writeFileSync(first.target, foreign);
      },
    ]) {
      replace();
      const warnings: string[] = [];
      const second = await make(folder, { ...silent, warn: (message) => warnings.push(message) });
      await second.open?.(state);
      await second.write([accessRecord({ offset: 2 })]);
      await second.close();
      const text = readFileSync(first.target, "utf8");
      assert.ok(text.startsWith(`${foreign}\n{"id":`));
      assert.match(warnings.join(), /is not as this sink left it/);
    }
  });

  it("keeps what someone else appends, also between a kill and the next run", async (t) => {
    const folder = tempFolder(t);
    const first = await make(folder);
    await first.open?.(undefined);
    const state = await first.write([accessRecord({ offset: 1 })]);
    appendFileSync(first.target, "by hand\n");
    await first.write([accessRecord({ offset: 2 })]);
    await first.close();
    appendFileSync(first.target, "by hand, too\n");
    const second = await make(folder);
    await second.open?.(state);
    await second.write([accessRecord({ offset: 2 }), accessRecord({ offset: 3 })]);
    await second.close();
    const lines = readFileSync(first.target, "utf8").trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => (line.startsWith("{") ? JSON.parse(line).offset : line)),
      [1, "by hand", 2, "by hand, too", 3],
    );
  });

  it("goes on in a new file when its own was moved or deleted", async (t) => {
    const folder = tempFolder(t);
    const sink = await make(folder);
    await sink.open?.(undefined);
    await sink.write([accessRecord({ offset: 1 })]);
    renameSync(sink.target, `${sink.target}.1`);
    await sink.write([accessRecord({ offset: 2 })]);
    assert.deepEqual([offsetsIn(`${sink.target}.1`), offsetsIn(sink.target)], [[1], [2]]);
    rmSync(join(folder, "out"), { recursive: true });
    await sink.write([accessRecord({ offset: 3 })]);
    assert.deepEqual(offsetsIn(sink.target), [3]);
    truncateSync(sink.target, 0);
    const state = await sink.write([accessRecord({ offset: 4 })]);
    await sink.close();
    assert.deepEqual(offsetsIn(sink.target), [4]);
    const next = await make(folder);
    await next.open?.(state);
    await next.write([accessRecord({ offset: 5 })]);
    await next.close();
    assert.deepEqual(offsetsIn(sink.target), [4, 5]);
  });

  it("writes what a replay asks for, and still awaits records that stand already", async (t) => {
    const folder = tempFolder(t);
    const first = await make(folder);
    await first.open?.(undefined);
    const state = await first.write([accessRecord({ offset: 1 })]);
    await first.write([accessRecord({ offset: 2 }), accessRecord({ offset: 3 })]);
    await first.close();
    const second = await make(folder);
    await second.open?.(state);
    await second.write([accessRecord({ offset: 1 }), accessRecord({ offset: 3 })], true);
    await second.write([2, 3, 4].map((offset) => accessRecord({ offset })));
    await second.close();
    assert.deepEqual(offsetsIn(second.target), [1, 2, 3, 1, 3, 4]);
  });

  it("stops to wait for records that will not come, and then keeps its place again", async (t) => {
    const folder = tempFolder(t);
    const first = await make(folder);
    await first.open?.(undefined);
    const state = await first.write([accessRecord({ offset: 1 })]);
    await first.write([accessRecord({ offset: 2 })]);
    await first.close();
    const second = await make(folder);
    await second.open?.(state);
    const others = Array.from({ length: 2000 }, (_, n) =>
      accessRecord({ offset: n, origin: { ...origin, key: "0c" } }),
    );
    const end = (await second.write(others)) as { length: number };
    await second.close();
    assert.equal(end.length, statSync(first.target).size);
  });

  it("writes to what is no file", async () => {
    const sink = await fileSink.create(
      { path: "/dev/null" },
      { id: "out", log: silent, dataDir: "/", baseDir: "/" },
    );
    const state = await sink.open?.(undefined);
    await sink.write([accessRecord()]);
    await sink.close();
    await sink.open?.(state);
    await sink.close();
  });

  it("names itself by its path and can be checked without being opened", async (t) => {
    const folder = tempFolder(t);
    const sink = await make(folder);
    await sink.check();
    assert.equal(sink.target, join(folder, "out", "records.ndjson"));
  });
});

describe("record JSON", () => {
  it("is known by its beginning", () => {
    const text = createRecordFormatter()([
      accessRecord({ nanos: 5 }),
      accessRecord({ offset: 1e15 }),
    ]).toString();
    for (const line of text.trimEnd().split("\n")) assert.ok(isRecordLine(line.slice(0, 100)), line);
    for (const other of ["", '{"id":"7","time":"now"}', `{"a":${text}`]) assert.ok(!isRecordLine(other));
  });

  it("is what JSON.stringify would write, for any text and fields (property)", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.dictionary(fc.string({ unit: "binary" }), value),
        (raw, fields) => {
          const record = accessRecord({ raw, message: raw, fields: fields as Fields });
          const expected = JSON.stringify({ message: raw, fields, raw });
          const {
            message,
            fields: written,
            raw: line,
          } = JSON.parse(createRecordFormatter()([record]).toString());
          assert.equal(
            JSON.stringify({ message, fields: written, raw: line }),
            JSON.stringify(JSON.parse(expected)),
          );
        },
      ),
    );
  });
});
