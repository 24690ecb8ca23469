import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileRemote } from "../../src/remote/compile.ts";
import { readMapping } from "../../src/remote/mapping.ts";
import { luceneOf } from "../../src/remote/regexp.ts";

const all = { searchable: true, aggregatable: true };
const fields = {
  "@timestamp": { date: all },
  message: { text: { searchable: true, aggregatable: false } },
  "message.keyword": { keyword: all },
  level: { keyword: all },
  raw: { keyword: { searchable: false, aggregatable: false } },
  "fields.user": { text: { searchable: true, aggregatable: false } },
  "fields.both": { long: all, keyword: all },
  "fields.peer": { ip: all },
  "fields.took": { double: all },
  "fields.n": { long: all },
};
const layout = {
  time: "@timestamp",
  message: "message",
  raw: "raw",
  level: "level",
  source: "source",
  prefix: "fields.",
  names: {},
};
const mapping = readMapping({ fields }, layout);
const refusal = (query: string): string => {
  try {
    compileRemote(query, mapping);
    return "";
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
  }
};

describe("a query for a remote index", () => {
  it("looks for words where the analyzer keeps them whole, and for phrases in whole values", () => {
    assert.deepEqual(compileRemote("message:TimeOut", mapping), {
      wildcard: { message: { value: "*timeout*" } },
    });
    assert.match(
      JSON.stringify(compileRemote('message:"a b"', mapping)),
      /"message.keyword":\{"value":"\*a b\*"/,
    );
  });

  it("takes what stands in a wildcard of the index for itself where it was escaped", () => {
    assert.match(JSON.stringify(compileRemote("message:a\\*b*", mapping)), /"\*a\\\\\*b\*\*"/);
  });

  it("has times without a zone in the one that is told", () => {
    const at = Date.parse("2026-11-22T10:00:00Z");
    const told = compileRemote("time:>=2026-11-22T19:00", mapping, "Asia/Tokyo");
    assert.deepEqual(told, compileRemote(`time:>=${at}`, mapping));
    assert.deepEqual(compileRemote("time:>=2026-11-22T10:00Z", mapping, "Asia/Tokyo"), told);
  });

  it("takes a field that no document has for one that never fits", () => {
    assert.deepEqual(compileRemote("-nothing:1", mapping), { bool: { must_not: [{ match_none: {} }] } });
  });

  it("compares no durations with units, which an index holds as texts", () => {
    assert.match(
      refusal("a user:>20ms"),
      /fields.user is text in the index, and can't be compared with durations \(column 3\)/,
    );
  });

  it("says at its place why a term can't be asked", () => {
    assert.match(refusal("a user:ann"), /^fields.user is indexed by its words alone.* \(column 3\)$/);
    assert.match(refusal("both:1"), /several types in the indexes.* \(column 1\)$/);
    assert.match(refusal("peer:10.*"), /write fields.peer:10.0.0.0\/8 \(column 1\)$/);
    assert.match(refusal("took:1*"), /has no wildcards there: compare it/);
    assert.match(refusal("n:1?2"), /wildcards at its end only/);
    assert.match(refusal("id:a*"), /an id has no wildcards/);
    assert.match(refusal("level:loud"), /is no level/);
    assert.match(refusal("message:/(/"), /is no regular expression/);
    assert.match(refusal("message:/a\\bc/"), /an index has no \\b \(column 1\)$/);
  });

  it("takes digits with wildcards behind them for ranges", () => {
    const range = (gte: number, lt: number) => ({ range: { "fields.n": { gte, lt } } });
    assert.deepEqual(compileRemote("n:5??", mapping), range(500, 600));
    const { bool } = compileRemote("n:5*", mapping) as { bool: { should: object[] } };
    assert.deepEqual(bool.should.slice(0, 3), [range(5, 6), range(50, 60), range(500, 600)]);
  });
});

describe("an expression for a remote index", () => {
  it("fits a whole text, in the characters of Lucene", () => {
    assert.equal(luceneOf("^a+?$"), "(a+)");
    assert.equal(luceneOf("a|^b"), ".*(a).*|(b).*");
    assert.equal(luceneOf('(?:x)"@~#&<'), '.*((x)\\"\\@\\~\\#\\&\\<).*');
    assert.equal(luceneOf("[^\\d-][a\\]-]{2,}"), ".*([^0-9\\-][a\\]\\-]{2,}).*");
    assert.equal(luceneOf("\\u0041\\x42\\n{"), ".*(AB\n\\{).*");
  });

  it("refuses what has no counterpart", () => {
    for (const source of [
      "a^b",
      "(a$)",
      "a$b",
      "(?=a)",
      "(?<!a)b",
      "(a)\\1",
      "\\bword",
      "[\\D]",
      "[]",
      "a{2000}".repeat(200),
    ])
      assert.throws(() => luceneOf(source), { name: "Untranslatable" }, source);
  });
});
