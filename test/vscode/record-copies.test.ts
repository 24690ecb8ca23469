import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Details } from "../../src/protocol/log-view.ts";
import { jsonOf, markdownOf } from "../../src/vscode/record-copies.ts";

const detailsOf = (raw: string, fields: Record<string, unknown> = {}): Details => ({
  id: "0123456789abcdef-z",
  sentAs: "0123456789abcdef-z",
  time: Date.parse("2026-03-04T10:00:00Z"),
  nanos: 0,
  level: "error",
  source: "app",
  file: "/var/log/app.log",
  offset: 35,
  message: raw,
  raw,
  fields,
  links: [],
});

describe("a copy of a record", () => {
  it("as Markdown is a table of what it says, and the line itself", () => {
    const text = markdownOf(detailsOf("it failed", { order: 1, err: { type: "a|b" } }));
    assert.equal(
      text,
      [
        "| field | value |",
        "|---|---|",
        "| `time` | `2026-03-04T10:00:00.000Z` |",
        "| `level` | `error` |",
        "| `source` | `app` |",
        "| `file` | `/var/log/app.log:35` |",
        "| `id` | `0123456789abcdef-z` |",
        "| `order` | `1` |",
        "| `err.type` | `a\\|b` |",
        "",
        "```text",
        "it failed",
        "```",
        "",
      ].join("\n"),
    );
  });

  it("lets nothing of the log out of its cell or its fence", () => {
    const piece = fc.constantFrom("`", "```", "|", "\n", "\r\n", "\n```\n", "<img>", "\\", "a ", "# b", "");
    const hostile = fc.array(piece, { maxLength: 12 }).map((all) => all.join(""));
    fc.assert(
      fc.property(hostile, hostile, (raw, value) => {
        const lines = markdownOf(detailsOf(raw, { field: value })).split("\n");
        const table = lines.slice(0, 8);
        for (const row of table) assert.match(row, /^\|.*\|$/);
        // Bars that are not escaped bound the cells: three a row.
        for (const row of table) assert.equal(row.replaceAll("\\|", "").split("|").length, 4, row);
        const [opening = "", ...rest] = lines.slice(9);
        const fence = opening.replace("text", "");
        assert.match(fence, /^`{3,}$/);
        assert.equal(rest.indexOf(fence), rest.length - 2);
        assert.ok(!raw.includes(fence));
      }),
    );
  });

  it("as JSON is what the file sink writes", () => {
    assert.deepEqual(JSON.parse(jsonOf(detailsOf("x", { a: [1] }))), {
      id: "0123456789abcdef-z",
      time: "2026-03-04T10:00:00.000Z",
      source: "app",
      file: "/var/log/app.log",
      offset: 35,
      level: "error",
      message: "x",
      fields: { a: [1] },
      raw: "x",
    });
  });
});
