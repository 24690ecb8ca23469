import assert from "node:assert/strict";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import picomatch from "picomatch";
import { parsers } from "../src/parsers/index.ts";
import { sinks } from "../src/sinks/index.ts";
import { sources } from "../src/sources/index.ts";
import { brokenLinks, linksOf, prose, target } from "./helpers/documents.ts";
import { tempFolder } from "./helpers/temp.ts";
import { repository } from "./helpers/vscode-paths.ts";

const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const pages = globSync("docs/*.md", { cwd: repository }).map((path) => path.replaceAll("\\", "/"));
const users = ["README.md", ...pages];
const all = [...users, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "test/README.md"];
/** Characters of a paragraph, an item of a list or a cell of a table that one still reads. */
const READABLE = 650;
/** Bytes of a README that one still reads. */
const SHORT = 20_000;

/** The paragraphs, items and cells of a document that are too long, by how they begin. */
function tooLong(text: string): string[] {
  return prose(text.replace(/<!-- settings:begin -->[\s\S]*<!-- settings:end -->/, ""))
    .split(/\n\s*\n|\n(?= *[-|])| \| /)
    .map((part) => part.trim())
    .filter((part) => part.length > READABLE)
    .map((part) => part.slice(0, 60));
}

describe("the documents", () => {
  it("link to files, pictures and headings that there are", () => {
    assert.deepEqual(brokenLinks(repository, all), []);
    assert.ok(users.every((path) => linksOf(read(path)).length > 0));
  });

  it("show each picture as the reader's scheme is, dark or light", () => {
    for (const path of users) {
      const shown = linksOf(read(path)).filter((address) => address.endsWith(".png"));
      const [dark, light] = ["dark", "light"].map((scheme) =>
        shown
          .filter((address) => address.endsWith(`-${scheme}.png`))
          .map((address) => address.replace(`-${scheme}`, "")),
      );
      assert.deepEqual(dark?.sort(), light?.sort(), path);
      assert.equal(dark?.length, shown.length / 2, path);
    }
  });

  it("are all in the list of them, and lead back to the README", () => {
    const listed = linksOf(read("docs/README.md")).map((address) => target("docs/README.md", address)?.path);
    for (const path of pages) assert.ok(path === "docs/README.md" || listed.includes(path), path);
    assert.ok(listed.includes("README.md"));
    assert.ok(linksOf(read("README.md")).includes("docs/README.md"));
  });

  for (const [kind, names, page] of [
    ["source", Object.keys(sources), "docs/sources.md"],
    ["parser", Object.keys(parsers), "docs/parsers.md"],
    ["sink", Object.keys(sinks), "docs/sinks.md"],
  ] as const) {
    it(`name every ${kind} in a table of ${page} and of the README, which links to its page`, () => {
      const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("| "));
      for (const name of names) {
        const first = (row: string) => (row.split(" | ")[0] ?? "").includes(`\`${name}\``);
        assert.ok(rows(read(page)).some(first), name);
        const row = rows(read("README.md")).find((row) => first(row) && /\(docs\/[a-z]+\.md/.test(row));
        assert.ok(row, name);
      }
    });
  }

  it("can be read: a short README, and no long paragraphs", () => {
    assert.ok(
      Buffer.byteLength(read("README.md")) < SHORT,
      `README.md has ${Buffer.byteLength(read("README.md"))} bytes`,
    );
    for (const path of users) assert.deepEqual(tooLong(read(path)), [], path);
  });

  it("are in the package with all that they link to", () => {
    const [none, ...some] = read(".vscodeignore").trim().split("\n");
    assert.equal(none, "**");
    assert.ok(
      some.every((line) => line.startsWith("!")),
      "what is left out of what is let in is not read here",
    );
    const packed = picomatch(some.map((line) => line.slice(1)));
    const linked = users.flatMap((path) => linksOf(read(path)).map((address) => target(path, address)?.path));
    const files = [...users, ...linked].filter((path) => path !== undefined);
    assert.deepEqual(
      files.filter((path) => !packed(path) && !packed(`${path}/file`)),
      [],
    );
  });
});

describe("the check of links", () => {
  it("names a file, a heading and a picture that are not there, and none in code", (t) => {
    const root = tempFolder(t);
    mkdirSync(join(root, "docs"));
    writeFileSync(
      join(root, "docs", "a.md"),
      [
        "# A page",
        "## `two`, *words*",
        "## Where is this line?",
        "## Again",
        "## Again",
        "```sh\n# no heading\n[x](no-link.md)\n```",
        "`[x](no-link.md)` [1](#two-words) [2](#where-is-this-line) [3](#again-1) [4](https://example.invalid/x)",
        "[5](../README.md#top) [6](#no-heading) [7](b.md) [8](#again-2) [9](../../out.md) [10](..)",
        '<img alt="x" src="x.png"><source media="(a)" srcset="y.png">',
      ].join("\n"),
    );
    writeFileSync(join(root, "README.md"), "# Top\n[a](docs/a.md#again) [b](docs/) [c](docs/#again)");
    assert.deepEqual(brokenLinks(root, ["docs/a.md", "README.md"]), [
      "docs/a.md: #no-heading",
      "docs/a.md: b.md",
      "docs/a.md: #again-2",
      "docs/a.md: ../../out.md",
      "docs/a.md: x.png",
      "docs/a.md: y.png",
      "README.md: docs/#again",
    ]);
  });

  it("finds paragraphs, items and cells that are too long", () => {
    const long = "word ".repeat(200);
    assert.equal(tooLong(`Short.\n\n${long}\n\n- short\n- ${long}\n\n| a | ${long} |\n|---|---|`).length, 3);
    assert.deepEqual(tooLong(`\`\`\`\n${long}\n\`\`\`\n${"- item\n".repeat(300)}`), []);
  });
});
