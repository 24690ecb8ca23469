import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maskText } from "../../src/lib/mask.ts";
import { parseDsn } from "../../src/sinks/influx-dsn.ts";

describe("InfluxDB DSN", () => {
  it("has five parts", () => {
    assert.deepEqual(parseDsn("http://127.0.0.1:8086@imooc@imoocpass@nginx@s"), {
      url: "http://127.0.0.1:8086",
      user: "imooc",
      password: "imoocpass",
      database: "nginx",
      precision: "s",
    });
  });

  it("lets the password hold an at sign", () => {
    assert.equal(parseDsn("https://h:1@u@p@ss@db@ms").password, "p@ss");
  });

  it("lets user and password be empty", () => {
    assert.equal(parseDsn("http://h:8086@@@db@ns").user, "");
  });

  const bad: [dsn: string, says: RegExp][] = [
    ["http://h:8086", /1 of 5 parts/],
    ["h:8086@u@p@db@s", /not an http/],
    ["http://h:8086@u@p@db@hours", /precision must be s, ms, us or ns/],
    ["http://h:8086@u@p@@s", /names no database/],
  ];
  for (const [dsn, says] of bad) {
    it(`refuses ${dsn}`, () => {
      assert.throws(() => parseDsn(dsn), says);
    });
  }

  it("tells the form in words that masking secrets leaves alone", () => {
    for (const [dsn] of bad)
      assert.throws(
        () => parseDsn(dsn),
        ({ message }: Error) =>
          /address@user@password@database@precision/.test(message) && maskText(message) === message,
      );
  });

  it("never shows the password in a message", () => {
    assert.throws(
      () => parseDsn("ftp://h@user@hunter2@db@s"),
      (error: Error) => !error.message.includes("hunter2"),
    );
  });
});
