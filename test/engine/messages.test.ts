import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { letterLine, readLetter } from "../../src/engine/letter.ts";
import { parseLines } from "../../src/engine/lines.ts";
import { passedOf } from "../../src/engine/settled.ts";
import { type Message, packMessages, partitionName, readMessages, topicOf } from "../../src/lib/messages.ts";
import { createTemplate } from "../../src/lib/template.ts";
import { recordId } from "../../src/model.ts";
import { createParser } from "../../src/parsers/index.ts";
import { createBulkFormatter } from "../../src/sinks/elastic-documents.ts";
import { origin } from "../helpers/records.ts";

const message = (value: string, more: Partial<Message> = {}): Message => ({
  offset: 0,
  time: -1,
  id: undefined,
  fields: undefined,
  value: Buffer.from(value),
  ...more,
});
const parse = (messages: readonly Message[], parser = "plain", whole = false, start = 0) =>
  parseLines(
    packMessages(messages),
    start,
    createParser(parser, {}, { timezone: undefined, ignoreOffset: false }),
    origin,
    7,
    { messages: true, whole },
  );

describe("messages", () => {
  it("are read as they were packed (property)", () => {
    const messages = fc.array(
      fc.record({
        offset: fc.maxSafeNat(),
        time: fc.oneof(fc.constant(-1), fc.maxSafeNat()),
        id: fc.option(fc.stringMatching(/^[0-9a-f]{16}-[0-9a-z]{1,11}$/), { nil: undefined }),
        fields: fc.option(
          fc.dictionary(fc.string(), fc.string()).map((one) => JSON.stringify(one)),
          { nil: undefined },
        ),
        value: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(messages, (given) => {
        const read: Message[] = [];
        let end = 0;
        readMessages(packMessages(given), (one, from, to) => {
          assert.equal(from, end);
          end = to;
          read.push({ ...one, value: Buffer.from(one.value) });
        });
        assert.deepEqual(
          read,
          given.map((one) => ({ ...one })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("are refused when they are torn, wherever that is", () => {
    const bytes = packMessages([message("one"), message("two", { id: "0123456789abcdef-1" })]);
    for (let length = 1; length < bytes.length; length++) {
      if (length === packMessages([message("one")]).length) continue;
      assert.throws(() => readMessages(bytes.subarray(0, length), () => {}), /cut short/);
    }
  });

  it("become a record each, at the message's offset and time", () => {
    const records = parse([message("a", { offset: 11, time: 1_000 }), message("b\r\n", { offset: 13 })]);
    assert.deepEqual(
      records.map(({ raw, offset, time, message }) => [raw, offset, time, message]),
      [
        ["a", 11, 1_000, "a"],
        ["b", 13, 7, "b"],
      ],
    );
    assert.deepEqual(records.map(recordId), [`${origin.key}-b`, `${origin.key}-d`]);
  });

  it("are of the time they were read where the topic says one that can't be, and can be sent and buried", () => {
    const nanoseconds = 1_700_000_000_000_000_000;
    for (const time of [
      nanoseconds,
      nanoseconds / 1_000,
      Number("9223372036854775807"),
      Infinity,
      Number.NaN,
    ]) {
      const [record] = parse([message("a", { time })]);
      assert.ok(record);
      assert.equal(record.time, 7);
      assert.match(letterLine({ record, reason: "no" }, "sink", "now"), /"time":"1970-01-01T00:00:00.007Z"/);
    }
    const last = Date.parse("9999-12-31T23:59:59.999Z");
    assert.equal(parse([message("a", { time: last })])[0]?.time, last);
  });

  it("of several lines are one record, whose first line is parsed", () => {
    const text = "2026-03-04T13:49:52Z ERROR it failed\n  at once\n  at last";
    const [record, ...more] = parse([message(text)], "auto");
    assert.equal(more.length, 0);
    assert.equal(record?.raw, text);
    assert.equal(record?.level, "error");
    assert.match(record?.message ?? "", /at last$/);
    const [json] = parse([message('{\n  "level": "warn",\n  "message": "hello"\n}')], "json", true);
    assert.deepEqual([json?.level, json?.message], ["warn", "hello"]);
  });

  it("bring an id of their own, and fields that clash with none", () => {
    const id = "0123456789abcdef-zz";
    const fields = JSON.stringify({ topic: "t", partition: 1 });
    const [one, two] = parse(
      [message('{"a":1}', { id, fields }), message('{"kafka":"mine"}', { fields })],
      "json",
    );
    assert.ok(one && two);
    assert.equal(recordId(one), id);
    assert.deepEqual(one.fields.kafka, { topic: "t", partition: 1 });
    assert.equal(one.fields.a, 1);
    assert.equal(two.fields.kafka, "mine");
  });

  it("keep id and place in a dead letter", () => {
    const [record] = parse([message("a", { offset: 99, id: "0123456789abcdef-zz", time: 5_000 })]);
    assert.ok(record);
    const letter = readLetter(letterLine({ record, reason: "no" }, "sink", "now").trimEnd());
    assert.equal(recordId(letter), recordId(record));
    assert.deepEqual([letter.origin.key, letter.offset], [origin.key, 99]);
  });

  it("are counted with their bytes when they are refused", () => {
    const messages = [message("a", { offset: 500 }), message("bbbb", { offset: 700 })];
    const records = parse(messages);
    const { length } = packMessages(messages);
    const block = { seq: 1, generation: 1, start: 10, bytes: length, records: 2 };
    const [passed] = passedOf({ blocks: [block], records } as never, records.slice(1), new Set());
    assert.equal(passed?.dead.bytes, packMessages(messages.slice(1)).length);
    assert.equal((passed?.dead.bytes ?? 0) + (passed?.delivered.bytes ?? 0), length);
  });

  it("are indexed under their own id, and under the name of their topic", () => {
    const id = "0123456789abcdef-zz";
    const records = parse([message("a", { id, offset: 3 }), message("b", { offset: 4 })]).map((record) => ({
      ...record,
      origin: { ...record.origin, file: partitionName("orders", 1) },
    }));
    const index = createTemplate("x-${topic}");
    const bulk = createBulkFormatter({ documents: "topic" }, index.fill)(records).toString();
    assert.deepEqual(
      bulk
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
      [
        { create: { _index: "x-orders", _id: id } },
        { topic: "orders", log: "a", id },
        { create: { _index: "x-orders", _id: `${origin.key}-4` } },
        { topic: "orders", log: "b", id: `${origin.key}-4` },
      ],
    );
  });

  it("name their partition so that it is no path", () => {
    assert.equal(topicOf(partitionName("a.b_c-d", 12)), "a.b_c-d");
    for (const path of ["/var/log/a[1]", "a.log", "C:\\a[1]", ""]) assert.equal(topicOf(path), undefined);
  });
});
