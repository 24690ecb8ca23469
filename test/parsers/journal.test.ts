import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { createParser } from "../../src/parsers/index.ts";
import { origin } from "../helpers/records.ts";

const page = readFileSync(new URL("../../docs/sources.md", import.meta.url), "utf8");

/** The parser that the documents give for the journal of systemd. */
function recipe() {
  const block = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].find(([, text]) =>
    text?.includes("journalctl"),
  );
  const { sources } = parse(block?.[1] ?? "") as { sources: { unit: { parser: { type: string } } } };
  const { type, ...options } = sources.unit.parser;
  return createParser(type, options, { timezone: "UTC", ignoreOffset: false });
}

/** As `journalctl -o json` writes them: all values are texts (systemd, Journal JSON Format). */
const entry = (more: object): string =>
  JSON.stringify({
    __CURSOR: "s=0639c2;i=2f1;b=a1c5;m=ab5f3;t=627a0c;x=5d21",
    __REALTIME_TIMESTAMP: "1732240972123456",
    __MONOTONIC_TIMESTAMP: "701939",
    _BOOT_ID: "a1c5b6a35d7c4ef3a1d2b3c4d5e6f708",
    _PID: "321",
    SYSLOG_IDENTIFIER: "sshd",
    ...more,
  });

describe("the documents' source for the journal of systemd", () => {
  const observed = Date.UTC(2026, 10, 21);
  const read = (more: object) => recipe().parse(entry(more), origin, 0, observed);

  it("reads times to the microsecond, levels from priorities, and keeps the rest as fields", () => {
    const record = read({ PRIORITY: "4", MESSAGE: "Failed password for root" });
    assert.equal(record.error, undefined);
    assert.equal(new Date(record.time).toISOString(), "2024-11-22T02:02:52.123Z");
    assert.equal(record.nanos, 456_000);
    assert.deepEqual([record.level, record.message], ["warn", "Failed password for root"]);
    assert.deepEqual([record.fields._PID, record.fields.SYSLOG_IDENTIFIER], ["321", "sshd"]);
    assert.ok(!("PRIORITY" in record.fields) && !("MESSAGE" in record.fields));
  });

  it("knows each priority of syslog", () => {
    const levels = ["fatal", "fatal", "fatal", "error", "warn", "info", "info", "debug"];
    for (const [priority, level] of levels.entries())
      assert.equal(read({ PRIORITY: String(priority), MESSAGE: "x" }).level, level);
  });

  it("takes messages that are no text, which the journal gives as bytes, and entries without a priority", () => {
    const { error, level, message, time } = read({ MESSAGE: [27, 91, 49, 109] });
    assert.deepEqual([error, level], [undefined, undefined]);
    assert.match(message, /"MESSAGE":\[27,91,49,109\]/);
    assert.equal(time, 1_732_240_972_123);
  });
});
