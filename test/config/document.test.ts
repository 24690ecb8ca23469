import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { documentOf, readDocument } from "../../src/config/document.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("a configuration file", () => {
  it("is refused where it could not be read again", { skip: process.platform === "win32" }, async (t) => {
    const folder = tempFolder(t);
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const said = async (file: string) => (await readDocument(file)).faults.map(({ message }) => message);
    assert.deepEqual(await said(pipe), ["is no file that can be read again: write it to a file"]);
    assert.deepEqual(await said(folder), ["is a folder: name a file in it"]);
  });

  it("is refused at the place of an alias without an anchor", () => {
    const { faults, values } = documentOf("sources:\n  a:\n    paths: x.log\n    parser: *nope\n", "c.yaml");
    assert.equal(values, undefined);
    assert.deepEqual(faults, [
      { path: [], message: "there is no anchor &nope before the alias *nope", line: 4, column: 13 },
    ]);
    assert.deepEqual(documentOf("a: &b 1\nc: *b\n", "c.yaml").values, { a: 1, c: 1 });
  });

  it("is refused when it grows without bounds, with no exception", () => {
    const rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 6; at++)
      rows.push(`a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join(", ")}]`);
    assert.match(documentOf(rows.join("\n"), "c.yaml").faults[0]?.message ?? "", /^can't be read: Excessive/);
  });
});
