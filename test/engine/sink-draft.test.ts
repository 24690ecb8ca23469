import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { createSinkDrafts } from "../../src/engine/sink-draft.ts";
import { startFaultyInflux } from "../helpers/faulty-influx.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("a sink that is being put together", () => {
  const folder = tempFolder({ after });
  const drafts = createSinkDrafts(
    { DB: "logs" },
    { get: (name) => (name === "token" ? "t0p-s3cret" : undefined), missing: (name) => `${name} is not set` },
    async () => ({ records: [], from: [] }),
  );
  const draft = (value: object) => ({
    id: "one",
    value: { type: "influxdb", ...value },
    baseDir: folder,
    dataDir: folder,
    folders: [],
  });

  it("is checked as settings are, with its variables", async () => {
    assert.deepEqual(await drafts.check(draft({ url: "http://127.0.0.1:1", database: "${env:DB}" })), []);
    assert.deepEqual(await drafts.check(draft({ url: "nowhere", database: "a" })), [
      { path: ["url"], message: "is no address: write it like http://127.0.0.1:8086" },
    ]);
    const [fault] = await drafts.check(draft({ url: "http://127.0.0.1:1", database: "${secret:none}" }));
    assert.deepEqual(fault, { path: ["database"], message: "none is not set" });
  });

  it("is tried: who answers, or what is wrong", async () => {
    const influx = await startFaultyInflux({ after });
    const good = await drafts.test(draft({ url: influx.url, database: "db" }));
    assert.ok(good.good && good.text.includes(influx.url), good.text);
    assert.equal(influx.points.size, 0);
    const bad = await drafts.test(draft({ url: "http://127.0.0.1:1", database: "db" }));
    assert.equal(bad.good, false);
    assert.match(bad.text, /127\.0\.0\.1:1/);
    const wrong = await drafts.test(draft({ url: "nowhere" }));
    assert.match(wrong.text, /^url: /);
  });
});
