import assert from "node:assert/strict";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as rest } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { PATIENCE } from "./log-live.ts";
import { openWatched } from "./log-window.ts";

const GROUPS = ["north", "east", "south", "west"];
const SOURCES = Array.from({ length: 40 }, (_, index) => `log${String(index).padStart(2, "0")}`);
/** How long (ms) the mouse is on a row before it goes to the button and presses it. */
const RESTS = [0, 150, 300, 450, 600, 900, 1200];
/** As long (ms) as a finger presses. */
const PRESS = 80;

describe("the tree of many logs that never rest", () => {
  const folder = tempFolder({ after });
  let workbench: Workbench;
  let port: number;
  let writer: NodeJS.Timeout | undefined;
  /** Not those that stick at the top. */
  const rows = () => workbench.page.locator(".pane-body .monaco-list-rows .monaco-list-row");
  const row = (name: string) =>
    workbench.page.locator(`.pane-body .monaco-list-rows .monaco-list-row[aria-label^="${name},"]`);

  /** What stays: the rows in sight, where they stand, which are shut and which is chosen. */
  const standing = () =>
    rows().evaluateAll((all) =>
      all.map((one) => ({
        name: one.getAttribute("aria-label")?.split(",")[0],
        top: Math.round(one.getBoundingClientRect().top),
        open: one.getAttribute("aria-expanded"),
        chosen: one.getAttribute("aria-selected"),
      })),
    );
  /** In the order in which they are seen, which is not that of the elements. */
  const stands = async () => (await standing()).sort((a, b) => a.top - b.top);
  const texts = () => rows().evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
  /** Which logs the engine reads, by the monitor. */
  const up = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const found = text.matchAll(/^log_monitor_source_up\{source="([^"]+)"\} (\d)$/gm);
    return Object.fromEntries([...found].map(([, id, value]) => [id, value === "1"]));
  };

  before(async () => {
    mkdirSync(join(folder, "logs"));
    let turn = 0;
    const write = () => {
      turn++;
      for (const [index, id] of SOURCES.entries())
        appendFileSync(join(folder, "logs", `${id}.log`), "a line\n".repeat(1 + ((turn * (index + 1)) % 97)));
    };
    write();
    writer = setInterval(write, 250);
    port = await freePort();
    const sources = SOURCES.map((id, index) => [
      id,
      {
        type: "file",
        paths: [`logs/${id}.log`],
        parser: "plain",
        from: "end",
        heading: GROUPS[Math.floor(index / 10)],
      },
    ]);
    ({ workbench } = await openWatched(folder, {
      "logMonitor.monitor": { port },
      "logMonitor.sources": Object.fromEntries(sources),
    }));
    await workbench.openContainer("Log Monitor");
    await until(async () => Object.values(await up()).filter(Boolean).length === SOURCES.length, {
      timeout: 60_000,
      every: 250,
      what: "all logs to be read",
    });
    // The last of those in sight has come, so that none is pushed down any more.
    await row("log15").filter({ hasText: "/s" }).waitFor({ timeout: 60_000 });
    for (const name of ["log02", "log04"]) {
      const shut = async () => (await row(name).getAttribute("aria-expanded")) === "false";
      await until(
        async () => {
          await row(name).locator(".label-name").click();
          if (!(await shut())) await workbench.page.keyboard.press("ArrowLeft");
          return until(shut, { timeout: 2_000 });
        },
        { timeout: 60_000, what: `${name} to be shut` },
      );
    }
    const tops = async () => (await stands()).map(({ top }) => top);
    const unscrolled = await tops();
    await workbench.page.mouse.wheel(0, 37);
    await until(async () => !isDeepStrictEqual(await tops(), unscrolled), {
      timeout: 60_000,
      what: "the tree to be scrolled",
    });
    await workbench.page.mouse.move(700, 600);
  });
  after(async () => {
    clearInterval(writer);
    await workbench?.stop();
  });

  it("keeps what is chosen, shut and in sight as it is while rows are drawn anew", async () => {
    let before = await stands();
    await until(
      async () => {
        const now = await stands();
        const same = JSON.stringify(now) === JSON.stringify(before);
        before = now;
        return same && now.some(({ name }) => name === "log04");
      },
      { timeout: 60_000, every: 500, what: "the rows to have come to rest" },
    );
    assert.deepEqual(
      before.filter(({ open }) => open === "false").map(({ name }) => name),
      ["log02", "log04"],
    );
    assert.deepEqual(
      before.filter(({ chosen }) => chosen === "true").map(({ name }) => name),
      ["log04"],
    );
    let last = await texts();
    for (let drawn = 0; drawn < 2; drawn++) {
      const began = performance.now();
      let now = last;
      // Not by `until`, which would look again.
      while (now.filter((text) => !last.includes(text)).length < 10) {
        assert.ok(performance.now() < began + PATIENCE.timeout, "ten rows are drawn anew");
        assert.deepEqual(await stands(), before);
        now = await texts();
      }
      last = now;
    }
    assert.deepEqual(await stands(), before);
  });

  it("presses the button of a row with every click, however long the mouse was there before", async () => {
    const { page } = workbench;
    const inSight = (await stands()).flatMap(({ name = "", top }) =>
      SOURCES.includes(name) && top > 300 && top < 700 ? [name] : [],
    );
    assert.ok(inSight.length >= 8, inSight.join());
    const expected = Object.fromEntries(SOURCES.map((id) => [id, true]));
    const rounds = [...inSight, ...inSight.filter((_, index) => index % 2 === 0)];
    const missed: string[] = [];
    for (const [round, name] of rounds.entries()) {
      const pause = expected[name];
      const button = row(name).locator(`.action-label[aria-label^='${pause ? "Pause" : "Resume"}']`);
      await row(name)
        .filter(pause ? { hasNotText: "paused" } : { hasText: "paused" })
        .waitFor({ timeout: 60_000 });
      const label = await row(name).locator(".label-name").boundingBox();
      assert.ok(label);
      await page.mouse.move(label.x + label.width / 2, label.y + label.height / 2, { steps: 3 });
      await rest(RESTS[round % RESTS.length]);
      // One press, as soon as no tooltip of another row is over the button.
      await button.click({ delay: PRESS, timeout: 60_000 });
      expected[name] = !pause;
      const hit = async () => (await up())[name] === expected[name];
      await until(hit, { ...PATIENCE, what: name }).catch(() => missed.push(`${name} (${round})`));
    }
    assert.deepEqual(missed, [], "clicks that went nowhere");
    assert.deepEqual(await up(), expected);
  });
});
