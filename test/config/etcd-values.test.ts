import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { etcdSchema, membersOf } from "../../src/config/etcd-options.ts";
import { readValues } from "../../src/config/etcd-values.ts";

const values = (texts: Record<string, string | object>) =>
  Object.entries(texts).map(([key, value], at) => ({
    key,
    text: typeof value === "string" ? value : JSON.stringify(value),
    revision: at + 1,
  }));
const read = (texts: Record<string, string | object>, prefix?: string) => {
  const { items, issues, unreadable } = readValues(values(texts), { prefix });
  return {
    items: items.map(({ kind, id, key, value }) => [`${kind}.${id}`, key, value]),
    issues: issues.map(({ key, path, message }) => `${key}: ${path.join(".")}: ${message}`),
    unreadable,
  };
};

describe("what keys of etcd hold", () => {
  it("is one source a key below a prefix, in YAML or JSON", () => {
    const { items, issues } = read({ "/s/a": "paths: a.log\n", "/s/team/b": { paths: ["b.log"] } }, "/s/");
    assert.deepEqual(items, [
      ["sources.a", "/s/a", { paths: "a.log" }],
      ["sources.team/b", "/s/team/b", { paths: ["b.log"] }],
    ]);
    assert.deepEqual(issues, []);
  });

  it("is a document with sources and sinks under a key, and nothing else", () => {
    const { items, issues } = read({
      "/doc": { sources: { a: { paths: "a.log" } }, sinks: { o: { type: "file" } }, dataDir: "/tmp" },
    });
    assert.deepEqual(
      items.map(([name]) => name),
      ["sources.a", "sinks.o"],
    );
    assert.match(issues.join(), /^\/doc: dataDir: is not taken from etcd, only sources and sinks are/);
  });

  it("is the old list in either place, and the first of two that define the same", () => {
    const list = [
      { logtopic: "a", logpath: "/1.log" },
      { logtopic: "a", logpath: "/2.log" },
    ];
    assert.deepEqual(read({ "/l": list }).items[0]?.[2], { paths: ["/1.log", "/2.log"], parser: "auto" });
    const { items, issues } = read({ "/s/a": { paths: "a.log" }, "/s/host": list }, "/s/");
    assert.deepEqual(
      items.map(([name, key]) => [name, key]),
      [["sources.a", "/s/a"]],
    );
    assert.deepEqual(issues, ["/s/host: sources.a: is not used: key /s/a defines sources.a too"]);
    assert.deepEqual(read({ "/l": "[]" }), { items: [], issues: [], unreadable: [] });
  });

  it("is not readable where it is empty, no YAML, of no such form, or a command to run", () => {
    for (const text of ["", "# nothing\n", "{", "5", { sources: 5 }, [{ logtopic: "a" }]]) {
      const { issues, unreadable } = read({ "/doc": text });
      assert.deepEqual(unreadable, ["/doc"], JSON.stringify(text));
      assert.ok(issues.length > 0 && issues.every((issue) => issue.startsWith("/doc: ")));
    }
    const { items, unreadable } = read({ "/s/a": { type: "command", command: "id" } }, "/s/");
    assert.deepEqual([items, unreadable], [[], ["/s/a"]]);
  });
});

describe("the setting etcd", () => {
  const fault = (options: object): string =>
    etcdSchema.safeParse({ endpoints: "h:2379", key: "k", ...options }).error?.issues[0]?.message ?? "";
  it("takes addresses with and without scheme, and speaks TLS where it is asked to", () => {
    const hrefs = (options: object) =>
      membersOf(etcdSchema.parse({ key: "k", ...options })).map(({ href }) => href);
    assert.deepEqual(hrefs({ endpoints: "a:2379, http://b:1" }), ["http://a:2379/", "http://b:1/"]);
    assert.deepEqual(hrefs({ endpoints: ["a:2379"], tls: {} }), ["https://a:2379/"]);
  });

  it("says what is missing or contradicts", () => {
    assert.match(fault({ key: undefined }), /give the key of a document, or the prefix/);
    assert.match(fault({ prefix: "/p/" }), /give either key or prefix, not both/);
    assert.match(fault({ user: "u" }), /user and password go together/);
    assert.match(fault({ tls: { cert: "c.pem" } }), /cert and key go together/);
    assert.match(fault({ endpoints: "ftp://h" }), /"ftp:\/\/h" is no address of a member/);
    assert.match(fault({ endpoints: "http://h:1", tls: {} }), /goes without TLS/);
    assert.equal(fault({}), "");
  });
});
