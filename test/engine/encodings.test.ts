import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { encode } from "../helpers/encodings.ts";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

interface Written {
  readonly id: string;
  readonly offset: number;
  readonly source: string;
  readonly raw: string;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const recordsIn = (path: string): Written[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Written)
    .sort((a, b) => a.source.localeCompare(b.source) || a.offset - b.offset);

describe("encodings, from the file to the sinks", () => {
  it("gives a sink that lags the very records that the other got, after a restart too", async (t) => {
    const folder = tempFolder(t);
    const json = (text: string) => `{"level":"warn","message":"${text}"}\r\n`;
    const long = "日".repeat(2000);
    for (const [name, encoding, mark] of [
      ["wide.log", "utf-16be", "\uFEFF"],
      ["gbk.log", "gbk", ""],
      ["utf8.log", "utf-8", "\uFEFF"],
    ] as const) {
      const text = `${mark}${json("中文")}${"中".repeat(2000)}\r\n${json("b")}`;
      writeFileSync(
        join(folder, name),
        encode(encoding === "gbk" ? text : text.replaceAll("中".repeat(2000), long), encoding),
      );
    }
    writeFileSync(join(folder, "blocked"), "a file where a folder must be");
    const values = {
      store: false,
      monitor: false,
      sources: {
        gbk: { paths: "gbk.log", from: "start", encoding: "gb2312", maxLineBytes: 2001 },
        others: { paths: ["wide.log", "utf8.log"], from: "start", parser: "auto", maxLineBytes: "2KiB" },
      },
      sinks: { out: { type: "file", path: "out" }, late: { type: "file", path: "blocked/late" } },
    };
    const first = runEngine(t, folder);
    await first.apply(values);
    await until(() => recordsIn(join(folder, "out")).length === 9);
    const delivered = () => first.engine.snapshot().sinks.find(({ id }) => id === "late")?.delivered;
    assert.equal(delivered(), 0);
    await first.engine.close();

    rmSync(join(folder, "blocked"));
    mkdirSync(join(folder, "blocked"));
    const second = runEngine(t, folder);
    await second.apply(values);
    const late = await until(() => {
      const found = recordsIn(join(folder, "blocked", "late"));
      return found.length === 9 && found;
    });
    const out = recordsIn(join(folder, "out"));
    assert.deepEqual(late, out);
    assert.deepEqual(
      out.filter(({ fields }) => fields.truncated === true).map(({ raw }) => raw),
      [`${"中".repeat(1000)}\uFFFD`, "日".repeat(682), "日".repeat(1024)],
    );
    const parsed = out.filter(({ level, message }) => level === "warn" && message === "中文");
    assert.deepEqual(
      parsed.map(({ raw }) => raw),
      Array(3).fill(json("中文").trimEnd()),
      "auto saw text in each",
    );
  });
});
