import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { compileQuery } from "../../src/store/query.ts";
import { problemOf } from "../../src/store/told.ts";
import { createProblemTexts } from "../../src/webview/log/query-problem.ts";

const root = join(import.meta.dirname, "../..");
const inWords = createProblemTexts({ t: (message) => `⟦${message}⟧` });

/** A call that refuses a query, up to its end; and the texts in it. */
const REFUSAL = /\b(?:queryError|new NotAsked|new Untranslatable)\((?:[^;]|;(?=[^\n]))*?\);?\n/g;
const TEXT = /"((?:[^"\\\n]|\\.)* (?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)* (?:[^`\\]|\\.)*)`/g;
/** What stands for a place that holds words. */
const WORDS: Readonly<Record<string, string>> = {
  remedy: "compare it, or use a range",
  "error.message": "an index can't look ahead or behind",
};

/** Each text that a query is refused with, as the sources have it. */
function refusals(): readonly string[] {
  const files = globSync(["src/store/{lexer,language,query}.ts", "src/remote/*.ts"], { cwd: root });
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(REFUSAL)].flatMap(([call]) =>
      [...call.matchAll(TEXT)]
        .map(([, plain, template]) => (plain ?? template ?? "").replaceAll("\\\\", "\\"))
        .map((text) => text.replace(/\$\{([^}]*)\}/g, (_, place: string) => WORDS[place] ?? "x9"))
        .filter((text) => text.trim() !== "" && !text.includes("(column")),
    ),
  );
}

const refusal = (query: string): string => {
  try {
    compileQuery(query);
  } catch (error) {
    return problemOf(error instanceof Error ? error.message : "").reason;
  }
  return "none";
};

describe("what is wrong with a query", () => {
  it("is said in the editor's language, whichever text refuses it", () => {
    const all = refusals();
    assert.ok(all.length >= 30, `${all.length} texts`);
    assert.deepEqual(
      all.filter((text) => !inWords(text).startsWith("⟦")),
      [],
    );
  });

  it("keeps what was written", () => {
    assert.equal(
      inWords(refusal("level:eror")),
      '⟦"eror" is no level: write one of trace, debug, info, warn, error, fatal⟧',
    );
    assert.equal(inWords(refusal("took:")), '⟦"took:" needs a value⟧');
    assert.equal(inWords(refusal("a /(/")), "⟦/(/ is no regular expression: Unterminated group⟧");
    assert.equal(inWords(refusal("a ".repeat(9000))), "⟦the query is longer than 10000 characters⟧");
    assert.equal(
      inWords("this expression can't be asked of a remote index: an index has no \\b"),
      "⟦this expression can't be asked of a remote index: ⟦an index has no \\b⟧⟧",
    );
  });

  it("stays as it is where it is unknown", () => {
    assert.equal(inWords("something else (x)"), "something else (x)");
  });
});
