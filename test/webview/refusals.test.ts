import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createRefusals } from "../../src/webview/log/refusals.ts";

const root = join(import.meta.dirname, "../..");
const inWords = createRefusals({ t: (message) => `⟦${message}⟧` });
/** Where what the log view asks about a line or a place is answered. */
const SOURCES = "src/{query,remote/*,engine/fates,engine/remote,lib/line-number,store/window-views}.ts";
const REFUSAL = /new UserError\(\s*(?:"([^"\n]*)"|`([^`]*)`),?\s*\)/g;

describe("what could not be done with a line", () => {
  const all = globSync(SOURCES, { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(REFUSAL)].map(([, plain, template]) =>
      // Nothing, or a reason with its colon, stands behind what the sentence says.
      (plain ?? template ?? "").replace("${reason}", ": EACCES").replace(/\$\{[^}]*\}/g, "x9"),
    ),
  );

  it("is said in the editor's language, whichever text refuses it", () => {
    assert.ok(all.length >= 10, `${all.length} texts`);
    assert.deepEqual(
      all.filter((text) => !inWords(text).startsWith("⟦")),
      [],
    );
  });

  it("keeps names, places and what the system said", () => {
    assert.equal(
      inWords("/a: b.log no longer has this line at byte 12: EACCES; the details show it as it was read"),
      "⟦/a: b.log no longer has this line at byte 12: EACCES; the details show it as it was read⟧",
    );
    assert.equal(
      inWords("/a.log no longer has this line at byte 12; the details show it as it was read"),
      "⟦/a.log no longer has this line at byte 12; the details show it as it was read⟧",
    );
    assert.equal(inWords("connect ECONNREFUSED 127.0.0.1:9200"), "connect ECONNREFUSED 127.0.0.1:9200");
  });
});
