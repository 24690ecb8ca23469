import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { type Generated, generateLog, requestOf } from "./log-generator.ts";
import { PATIENCE } from "./log-live.ts";
import { type LogReader, logReader } from "./log-reader.ts";
import { openLogView, openWatched } from "./log-window.ts";

/** Lines a second: as many as two pages can show on a slow machine, and a test can go through. */
const SOME = 500;

const methodOf = (line: string): string => JSON.parse(line).method;
const statusOf = (line: string): number => JSON.parse(line).status;

describe("two log views beside each other while lines come", () => {
  const folder = tempFolder({ after });
  let generated: Generated;
  let faults: string[];
  let workbench: Workbench;
  let left: LogReader;
  let right: LogReader;

  const eventually = (what: string, fits: () => boolean | Promise<boolean>) =>
    until(fits, { ...PATIENCE, what });
  const pages = async () => {
    const found: { readonly frame: Frame; readonly x: number }[] = [];
    for (const frame of workbench.page.frames()) {
      if ((await frame.locator("main .list").count()) === 0) continue;
      const box = await (await frame.frameElement()).boundingBox();
      if (box && box.width > 0) found.push({ frame, x: box.x });
    }
    return found.sort((a, b) => a.x - b.x).map(({ frame }) => frame);
  };
  /** The two views, from left to right, as soon as both stay: an editor that gets another place begins its page anew. */
  const both = async () => {
    let last: readonly Frame[] = [];
    const stay = async () => {
      const before = last;
      last = await pages();
      return last.length === 2 && last.every((frame, i) => frame === before[i]);
    };
    await until(stay, { timeout: PATIENCE.timeout, every: 500, what: "both views" });
    [left, right] = last.map((frame) => logReader(workbench, frame)) as [LogReader, LogReader];
  };
  const showsNewest = async (view: LogReader) => {
    const since = generated.lines().length;
    await eventually("the newest lines", async () => {
      const newest = new Set(generated.lines().slice(since).map(requestOf));
      return (await view.column("request_id")).some((one) => newest.has(one));
    });
  };
  /** That every row which is shown is one of those that are asked for. */
  const showsOnly = async (view: LogReader, wanted: (line: string) => boolean) => {
    const shown = await until(
      async () => {
        const some = await view.column("request_id");
        return some.length > 0 ? some : undefined;
      },
      { ...PATIENCE, what: "the text of its lines" },
    );
    const all = new Map(generated.lines().map((line) => [requestOf(line), line]));
    assert.ok(
      shown.every((one) => wanted(all.get(one) ?? "{}")),
      shown.join(),
    );
  };
  /** That a view stays as it is, and live, while something is done in the other. */
  const undisturbed = async (view: LogReader, act: () => Promise<void>) => {
    const before = await view.stands();
    const { fresh } = await view.told();
    await act();
    assert.deepEqual(await view.stands(), before);
    await eventually("more that is new", async () => (await view.told()).fresh > fresh);
    assert.deepEqual(await view.stands(), before);
  };

  before(async () => {
    mkdirSync(join(folder, "logs"));
    generated = generateLog(join(folder, "logs", "fast.log"), [], SOME);
    const sources = { fast: { type: "file", paths: ["logs/fast.log"], parser: "json", from: "start" } };
    const viewport = { width: 1600, height: 900 };
    ({ workbench, faults } = await openWatched(folder, { "logMonitor.sources": sources }, { viewport }));
    const first = await openLogView(workbench, "fast.log");
    await logReader(workbench, first).isLive();
    await workbench.command("Log Monitor: Open Log View");
    await eventually("the first view to be behind the second", () => first.isDetached());
    await logReader(workbench, await workbench.webview("main .list")).isLive();
    await workbench.command("View: Move Editor into Right Group");
    await both();
    for (const view of [left, right]) await view.addColumn("request_id");
  });
  after(async () => {
    await generated?.stop();
    await workbench?.stop();
  });

  it("are both live, each with a search of its own", async () => {
    await left.ask("status:>=400");
    await right.ask("method:POST");
    for (const view of [left, right]) {
      await view.isLive();
      await showsNewest(view);
      assert.equal(await view.following(), true);
    }
    await showsOnly(left, (line) => statusOf(line) >= 400);
    await showsOnly(right, (line) => methodOf(line) === "POST");
    assert.deepEqual([await left.query(), await right.query()], ["status:>=400", "method:POST"]);
  });

  it("leave each other where they are: one follows and is asked for other lines, the other is read", async () => {
    await left.scroll(-1033);
    await undisturbed(left, async () => {
      await showsNewest(right);
      assert.equal(await right.following(), true);
      await right.ask("status:304");
      await right.isLive();
      await showsNewest(right);
      await right.scroll(-700);
    });
    await undisturbed(right, async () => {
      await left.toEnd();
      await showsNewest(left);
      await left.ask("status:404");
      await left.isLive();
      await showsNewest(left);
      assert.equal(await left.following(), true);
    });
  });

  it("are hidden and shown alone", async () => {
    const before = await right.stands();
    const hidden = right.frame;
    await workbench.command("View: Focus Right Editor Group");
    await workbench.command("File: New Untitled Text File");
    await eventually("the page to be gone", () => hidden.isDetached());
    await left.isLive();
    await showsNewest(left);
    await workbench.command("View: Close Editor");
    await both();
    await until(async () => isDeepStrictEqual(await right.stands(), before), {
      ...PATIENCE,
      what: "the view as it was",
    }).catch(async () => assert.deepEqual(await right.stands(), before));
    await right.isLive();
    assert.equal(await left.following(), true);
  });

  it("have found all of theirs in the end", async () => {
    await generated.stop();
    const all = generated.lines();
    const found = async (view: LogReader, count: number) =>
      eventually(`${count} lines`, async () => (await view.told()).found === count);
    await found(left, all.filter((line) => statusOf(line) === 404).length);
    await found(right, all.filter((line) => statusOf(line) === 304).length);
  });

  it("break no rule of their pages", () => assert.deepEqual(faults, []));
});
