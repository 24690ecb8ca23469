import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const bundle = (path: string): Record<string, string> => JSON.parse(read(path));

const sources = globSync(
  ["src/extension.ts", "src/vscode/**/*.ts", "src/webview/**/*.ts", "src/protocol/*.ts"],
  { cwd: root },
);
/** `t("…")`, however it is got at; a literal in single quotes holds double ones. */
const CALL = /\bt\(\s*(?:("(?:[^"\\]|\\.)*")|'((?:[^'\\]|\\.)*)')/g;
/** A message that is chosen by a condition would be overlooked: each branch calls `t` itself. */
const CHOSEN = /\bt\(\s*(?!["'\s]|message)[^\n]{0,60}/g;

function messages(): Set<string> {
  const all = new Set<string>();
  for (const path of sources) {
    for (const [, double, single] of read(path).matchAll(CALL))
      all.add(double === undefined ? (single ?? "").replaceAll("\\'", "'") : JSON.parse(double));
  }
  return all;
}

const places = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();

describe("localisation", () => {
  it("finds the messages of the extension", () => assert.ok(messages().size > 300));

  it("has every message as a literal where it is used", () => {
    const chosen = sources.flatMap((path) =>
      [...read(path).matchAll(CHOSEN)].map(([at]) => `${path}: ${at}`),
    );
    assert.deepEqual(chosen, []);
  });

  it("leaves no number or time to the language of the machine", () => {
    const left = sources.filter((path) => /\.toLocale\w+\(\)/.test(read(path)));
    assert.deepEqual(left, []);
  });

  it("has two languages besides English, for pages and for the manifest", () => {
    const languages = (pattern: string): string[] =>
      globSync(pattern, { cwd: root }).map((path) => path.split(".").at(-2) ?? "");
    assert.deepEqual(languages("l10n/bundle.l10n.*.json").sort(), ["de", "zh-cn"]);
    assert.deepEqual(languages("package.nls.*.json").sort(), ["de", "zh-cn"]);
  });

  for (const path of globSync("l10n/bundle.l10n.*.json", { cwd: root })) {
    it(`says every message once in ${path}`, () => {
      const texts = bundle(path);
      const known = messages();
      assert.deepEqual(
        {
          missing: [...known].filter((message) => !Object.hasOwn(texts, message)),
          unused: Object.keys(texts).filter((message) => !known.has(message)),
        },
        { missing: [], unused: [] },
      );
    });

    it(`keeps the places of figures and names in ${path}`, () => {
      for (const [message, text] of Object.entries(bundle(path)))
        assert.deepEqual(places(text), places(message), message);
    });
  }

  for (const path of globSync("package.nls.*.json", { cwd: root })) {
    it(`says every text of the manifest, with its links, in ${path}`, () => {
      const english = bundle("package.nls.json");
      const texts = bundle(path);
      assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
      const links = (text = ""): string[] => text.match(/\(command:[^)]*\)/g) ?? [];
      for (const [key, text] of Object.entries(texts))
        assert.deepEqual(links(text), links(english[key]), key);
    });
  }
});
