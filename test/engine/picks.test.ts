import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parserFor } from "../../src/engine/decode.ts";
import { createPicks } from "../../src/engine/picks.ts";
import { silent } from "../../src/lib/log.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const parsing = { name: "auto", options: {}, timezone: undefined, ignoreOffset: false };

describe("the parsers of a source's files", () => {
  it("forgets those of 2,000 names that are gone, and keeps those that are there", async (t) => {
    const { spool, checkpoints } = openSpool(join(tempFolder(t), "data"));
    t.after(() => spool.close());
    const picks = createPicks({ auto: true, source: "a" }, () => parserFor(parsing), checkpoints, silent);
    const names = Array.from({ length: 2000 }, (_, at) => `/logs/${at}.log`);
    const parsers = names.map((path, at) => {
      const parser = picks.parserOf(path);
      const start = { source: "a", path, device: 1, inode: at, offset: 0, marker: "" };
      picks.note(checkpoints.create({ ...start, fingerprint: "", fingerprintLength: 0 }), parser);
      return parser;
    });
    picks.retain(new Set(names.slice(0, 2)));
    const kept = names.filter((path, at) => picks.parserOf(path) === parsers[at]);
    assert.deepEqual(kept, names.slice(0, 2));
    assert.deepEqual(
      names.filter((path) => picks.at(path) !== undefined),
      names.slice(0, 2),
    );
  });
});
