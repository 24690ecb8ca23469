import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, said } from "./load.ts";

describe("what is wrong with a configuration", () => {
  it("says of empty values and addresses what to write instead", async () => {
    const sources = { a: { paths: "" }, b: { paths: [] } };
    const loaded = await load({
      sources,
      sinks: {
        e: { type: "elasticsearch", url: "127.0.0.1" },
        i: { type: "influxdb", url: "127.0.0.1:8086", database: "x" },
        l: { type: "loki", url: "127.0.0.1" },
        o: { type: "otlp", url: "127.0.0.1" },
        w: { type: "webhook", url: "127.0.0.1" },
      },
    });
    assert.deepEqual(said(loaded).sort(), [
      "sinks.e.url: is no address: write it like http://127.0.0.1:9200",
      "sinks.i.url: is no address: write it like http://127.0.0.1:8086",
      "sinks.l.url: is no address: write it like http://127.0.0.1:3100",
      "sinks.o.url: is no address: write it like http://127.0.0.1:4318",
      "sinks.w.url: is no address: write it like https://example.org/logs",
      "sources.a.paths: is empty: write a value, or take the key out",
      "sources.b.paths: is an empty list: write at least one, or take the key out",
    ]);
  });

  it("takes no id that would lead out of the data folder, where files are named so", async () => {
    const source = { paths: "a.log" };
    const bad = ["..", "../../up", "a/../b", "a/.", "./a"];
    const good = ["web/access", "a..b", ".hidden", "v1.2/..a"];
    const loaded = await load({ sources: Object.fromEntries([...bad, ...good].map((id) => [id, source])) });
    assert.deepEqual([...loaded.config.sources.keys()], good);
    assert.deepEqual(
      said(loaded).map((text) => /"(.*)" can't be an id/.exec(text)?.[1]),
      bad,
    );
  });

  it("says of a value of the wrong kind, or out of its bounds, what to write instead", async () => {
    const monitor = (value: unknown) => load({ monitor: value }).then(said);
    assert.deepEqual(await monitor("yes"), ["monitor: is a text: write true or false, or keys with values"]);
    assert.deepEqual(await monitor({ port: "80" }), [
      "monitor.port: is a text: write a number, without quotes",
    ]);
    assert.deepEqual(await monitor({ port: 80.5 }), ["monitor.port: is a number: write a whole number"]);
    assert.deepEqual(await monitor({ port: 70_000 }), [
      "monitor.port: 70000 is too large: write at most 65535",
    ]);
    assert.deepEqual(await monitor({ port: -1 }), ["monitor.port: -1 is too small: write at least 0"]);
    assert.deepEqual(said(await load({ spool: { whenFull: "drop" } })), [
      'spool.whenFull: "drop" is none of the values that are known: write block or dropOldest',
    ]);
    assert.deepEqual(said(await load({ sources: { a: { paths: 5 } } })), [
      "sources.a.paths: is a number: write a text, or a list",
    ]);
  });

  it("says once what to write in place of a word that is neither a name nor a duration", async () => {
    assert.deepEqual(said(await load({ sources: { a: { paths: "a.log", from: "strat" } } })), [
      'sources.a.from: "strat" is none of the values that are known: write end or start, or a number and ms, s, m, h, d or w, like 15m or 7d',
    ]);
  });

  it("says all that is wrong with a source at once, also where its sinks are unknown", async () => {
    const a = {
      paths: "a.log",
      from: "strat",
      parser: "ngnix",
      sinks: ["nosuch"],
      timezone: "Mars",
      poll: 1,
    };
    const keys = said(await load({ sources: { a } })).map((text) => text.split(":")[0]);
    assert.deepEqual(keys.sort(), [
      "sources.a.from",
      "sources.a.parser",
      "sources.a.poll",
      "sources.a.sinks.0",
      "sources.a.timezone",
    ]);
  });

  it("names the pattern that is no expression, as it was written", async () => {
    const parser = { type: "regex", pattern: "(?<a>[" };
    const [text = ""] = said(await load({ sources: { a: { paths: "a.log", parser } } }));
    assert.match(text, /^sources\.a\.parser\.pattern: Invalid regular expression: \/\(\?<a>\[\/:/);
  });

  it("refuses bounds in which nothing could be kept", async () => {
    assert.deepEqual(said(await load({ spool: { maxBytes: 5 }, store: { maxBytes: "10" } })).sort(), [
      "spool.maxBytes: 5 is too small: write at least 1KiB",
      "store.maxBytes: 10 is too small: write at least 1MB",
    ]);
    assert.deepEqual(said(await load({ sinks: { store: { maxBytes: 10 } } })), [
      "sinks.store.maxBytes: 10 is too small: write at least 1MB",
    ]);
  });

  it("refuses a second source on the standard input, or on a port of another", async () => {
    const syslog = { type: "syslog", port: 5515 };
    const sources = {
      a: { type: "stdin" },
      b: { type: "stdin" },
      c: syslog,
      d: { ...syslog, protocols: ["tcp"], host: "0.0.0.0" },
      off: { ...syslog, enabled: false },
      free: { ...syslog, port: 0 },
      other: { ...syslog, host: "127.0.0.2" },
    };
    const loaded = await load({ sources });
    assert.deepEqual(
      said(loaded).filter((text) => !/can write logs/.test(text)),
      [
        "sources.b.type: sources.a reads the standard input already, and there is one: take one of them out",
        "sources.d.port: sources.c listens on tcp port 5515 already: choose another port",
      ],
    );
    assert.deepEqual([...loaded.config.sources.keys()], ["a", "c", "off", "free", "other"]);
    assert.deepEqual(loaded.refused, ["sources.b", "sources.d"]);
  });

  it("says of an encoding that is none which one is near, and of a line's length what it may be", async () => {
    const names =
      "auto, or a name like utf-16le, gbk, gb18030, shift_jis, big5, euc-kr, latin1, windows-1252";
    const loaded = await load({
      sources: {
        a: { paths: "a.log", encoding: "utf-16el" },
        b: { paths: "b.log", encoding: "zzz" },
        c: { paths: "c.log", maxLineBytes: "100" },
        d: { paths: "d.log", maxLineBytes: "65MiB" },
        e: { paths: "e.log", encoding: "UTF-16", maxLineBytes: "64MiB" },
      },
    });
    assert.deepEqual(said(loaded).sort(), [
      `sources.a.encoding: "utf-16el" is no encoding: did you mean "utf-16le"? Write ${names}`,
      `sources.b.encoding: "zzz" is no encoding: write ${names}`,
      "sources.c.maxLineBytes: is no length of a line: write a size from 1KiB to 64MiB",
      "sources.d.maxLineBytes: is no length of a line: write a size from 1KiB to 64MiB",
    ]);
    const options = loaded.config.sources.get("e")?.options as Record<string, unknown> | undefined;
    assert.deepEqual([options?.encoding, options?.maxLineBytes], ["utf-16le", 64 << 20]);
  });
});
