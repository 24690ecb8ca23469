import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../helpers/until.ts";
import { follow, HEAD, NEXT } from "./followed-groups.ts";

describe("the timer of groups", () => {
  it("L5: the timer takes the last group, and never one that still grows, slower reads or not", async (t) => {
    const app = follow(t, { preset: "java", timeout: 250 });
    writeFileSync(app.log("a"), "");
    await app.begin();
    appendFileSync(app.log("a"), `${HEAD}\n`);
    await app.seen("a");
    let text = HEAD;
    const add = (line: string): void => {
      appendFileSync(app.log("a"), `${line}\n`);
      text += `\n${line}`;
    };
    for (let at = 0; at < 12; at++) {
      add(`\tat a.B.c(B.java:${at})`);
      await delay(80);
    }
    // The thread is busy for longer than the timer, and the group grows meanwhile.
    const busy = performance.now();
    while (performance.now() - busy < 400);
    add("\tat a.B.late(B.java:1)");
    await until(() => app.records().length > 0);
    assert.deepEqual(app.raws(), [text]);
    appendFileSync(app.log("a"), `${NEXT}\n`);
    await until(() => app.records().length === 2);
    assert.deepEqual(app.raws(), [text, NEXT]);
  });

  it("L5: a read that a busy thread takes note of late ends no group that grew since", async (t) => {
    const app = follow(t, { preset: "java", timeout: 250 });
    writeFileSync(app.log("a"), "");
    const some = await open(app.log("a"));
    const files: FileHandle = Object.getPrototypeOf(some);
    await some.close();
    const { read } = files;
    const late = "\tat a.B.late(B.java:1)";
    let busy = false;
    t.mock.method(files, "read", async function (this: FileHandle, ...given: Parameters<FileHandle["read"]>) {
      const answer = await read.apply(this, given);
      if (busy) {
        busy = false;
        const since = performance.now();
        while (performance.now() - since < 400);
        appendFileSync(app.log("a"), `${late}\n`);
      }
      return answer;
    });
    await app.begin();
    appendFileSync(app.log("a"), `${HEAD}\n`);
    await app.seen("a");
    busy = true;
    await until(() => app.records().length > 0);
    assert.deepEqual(app.raws(), [`${HEAD}\n${late}`]);
  });

  it("waits with a group for its unfinished line, and takes both when nothing comes", async (t) => {
    const app = follow(t, { preset: "java", timeout: 50 }, { partialAfter: 1_500 });
    writeFileSync(app.log("a"), "");
    await app.begin();
    appendFileSync(app.log("a"), `${HEAD}\n\tat a.B`);
    await app.seen("a");
    await delay(300);
    assert.deepEqual(app.raws(), []);
    appendFileSync(app.log("a"), ".c(B.java:1)\n\tat a.B.d(");
    await until(() => app.records().length === 1);
    assert.deepEqual(app.raws(), [`${HEAD}\n\tat a.B.c(B.java:1)\n\tat a.B.d(`]);
  });
});
