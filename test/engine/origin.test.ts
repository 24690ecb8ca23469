import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { originOf } from "../../src/engine/decode.ts";
import { newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the origin of records", () => {
  it("L10: bears the file's first name also after a rename, so that a replay makes the same points", async (t) => {
    const folder = tempFolder(t);
    const { spool, checkpoints } = openSpool(folder);
    const generation = newGeneration(checkpoints, "/logs/a.log");
    const before = originOf(generation);
    generation.path = "/logs/a.log.1";
    checkpoints.save(generation);
    assert.deepEqual(originOf(generation), before);
    await spool.close();
    const again = openSpool(folder);
    t.after(() => again.spool.close());
    const known = again.checkpoints.byId(generation.id);
    assert.ok(known);
    assert.equal(known.path, "/logs/a.log.1");
    assert.deepEqual(originOf(known), before);
  });
});
