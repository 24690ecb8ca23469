import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { packMessages } from "../../src/lib/messages.ts";
import { createCheckpoints } from "../../src/spool/checkpoints.ts";
import { openSpoolDatabase } from "../../src/spool/database.ts";
import { createSpool } from "../../src/spool/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

type Kind = "file" | "stream" | "topic";

/** What is said of lines that a full disk kept from the spool until the end: two of each of these kinds. */
async function saidOf(t: TestContext, kinds: readonly Kind[]): Promise<string> {
  const db = openSpoolDatabase(tempFolder(t));
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const spool = createSpool(db, { ...silent, warn: say, error: say });
  const checkpoints = createCheckpoints(db);
  spool.cursor("s");
  const config = spool.config("{}");
  const chunks = kinds.map((kind) => {
    const path = { file: "/a.log", stream: "docker logs -f web", topic: "t[0]" }[kind];
    const place = kind === "file" ? { device: 1, inode: 1 } : { device: 0, inode: 0 };
    const start = { offset: 0, marker: "", fingerprint: "", fingerprintLength: 0 };
    const generation = checkpoints.create({ source: `a-${kind}`, path, ...place, ...start });
    const message = { offset: 0, time: 0, id: undefined, fields: undefined, value: Buffer.from("a") };
    const bytes =
      kind === "topic" ? packMessages([message, { ...message, offset: 1 }]) : Buffer.from("1\n2\n");
    return { generation, start: 0, bytes, marker: "", observed: 0, messages: kind === "topic" };
  });
  db.exec("PRAGMA query_only = 1");
  const ends = chunks.map((chunk) =>
    assert.rejects(
      spool.append(chunk, 2, config, () => {}),
      /closed/,
    ),
  );
  await until(() => spool.figures().problem);
  said.length = 0;
  spool.finish(5);
  await Promise.all(ends);
  await spool.close();
  return said.join("\n");
}

describe("what can't be written before the end", () => {
  it("is read again where it comes from a file or a topic", async (t) => {
    assert.equal(
      await saidOf(t, ["file", "topic"]),
      "the spool can't be written before the end: the next run reads 2 lines of files and 2 messages of topics again",
    );
  });

  it("is called lost where nobody gives it again", async (t) => {
    assert.equal(
      await saidOf(t, ["stream"]),
      "the spool can't be written before the end: 2 lines of docker logs -f web (source a-stream) can't be read again and are lost",
    );
  });

  it("is told apart by where it comes from", async (t) => {
    assert.match(
      await saidOf(t, ["file", "stream"]),
      /reads 2 lines of files again; 2 lines of docker .* lost$/,
    );
  });
});
