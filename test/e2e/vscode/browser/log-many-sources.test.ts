import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { openLogView, openWatched, rowsInSight, says } from "./log-window.ts";

const PATIENT = { timeout: 60_000 };
const SIZE = { width: 1280, height: 900 };
/** Too narrow for the column of the source. */
const NARROW = { width: 800, height: 900 };
const LONG = "payment-gateway-of-the-old-shop-that-nobody-dares-to-touch";
const IDS = [LONG, ...Array.from({ length: 39 }, (_, i) => `service-${String(i + 1).padStart(2, "0")}`)];
/** The first of three days, in each of which every source writes at three hours. */
const START = Date.parse("2026-03-02T00:00:00Z");
const HOURS = [2, 10, 18];
const DAYS = [0, 1, 2];
const LINES = IDS.length * HOURS.length * DAYS.length;
const ZONE = "Asia/Kabul";
/** Of a day, or a full hour. */
const ROUND = /^(?:\d\d:00|[A-Z][a-z]{2} \d{1,2})$/;

describe("the log view of forty sources over three days", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  const find = (selector: string) => frame.locator(selector);
  const press = (key: string) => workbench.page.keyboard.press(key);
  const eventually = <T>(what: string, fits: () => Promise<T>) => until(fits, { ...PATIENT, what });
  const titles = async () => (await find(".head .title").allTextContents()).join();
  const chips = () => find(".chips.sources");
  const box = (selector: string) =>
    find(selector)
      .last()
      .evaluate((one) => {
        const { top, bottom, left, right } = one.getBoundingClientRect();
        return { top, bottom, left, right };
      });

  before(async () => {
    mkdirSync(join(folder, "logs"));
    for (const [i, id] of IDS.entries()) {
      const lines = DAYS.flatMap((day) =>
        HOURS.map((hour) => {
          const time = new Date(START + (day * 24 + hour) * 3_600_000 + i * 1000).toISOString();
          return JSON.stringify({ time, level: i % 5 === 0 ? "warn" : "info", msg: `${id} was asked` });
        }),
      );
      writeFileSync(join(folder, "logs", `${id}.log`), `${lines.join("\n")}\n`);
    }
    const sources = Object.fromEntries(
      IDS.map((id) => [id, { type: "file", paths: [`logs/${id}.log`], parser: "json", from: "start" }]),
    );
    ({ workbench, faults } = await openWatched(
      folder,
      { "logMonitor.sources": sources },
      { viewport: SIZE },
    ));
    frame = await openLogView(workbench, "service-01.log");
    await says(frame, ".state", `${LINES} of ${LINES} lines`);
  });
  after(() => workbench?.stop());

  it("gives chips of sources two rows, in which all are reached, and cuts long names", async () => {
    await eventually("all chips", async () => (await chips().locator(".chip").count()) === IDS.length);
    const { top, bottom } = await box(".chips.sources");
    assert.ok(bottom - top <= 62, `${bottom - top} px`);
    const long = chips().locator(".chip", { hasText: LONG });
    assert.equal(await long.getAttribute("title"), LONG);
    assert.ok(await long.locator(".label").evaluate((one) => one.scrollWidth > one.clientWidth));
    const last = chips().locator(".chip").last();
    await last.focus();
    await eventually("the last one, whole", async () => {
      const [pane, chip] = [await box(".chips.sources"), await box(".chips.sources .chip")];
      return chip.top >= pane.top && chip.bottom <= pane.bottom && chip.right <= pane.right;
    });
    await workbench.pictures("log-many-sources");
    await chips().evaluate((one) => one.scrollTo(0, 0));
  });

  it("leads from the lines to the box of the query by / and by Ctrl+F", async () => {
    for (const key of ["/", "Control+f"])
      await eventually(`the box by ${key}`, async () => {
        await find(".list").focus();
        await press(key);
        return find("input.query:focus").isVisible();
      });
    assert.equal(await find("input.query").inputValue(), "");
  });

  it("means a time of day by the first line in sight where none is chosen", async () => {
    await find("input.query").fill("asked");
    await says(frame, ".state", `${LINES} of ${LINES} lines`);
    const first = async () => {
      const rows = (await rowsInSight(frame)).filter(({ busy }) => !busy);
      return rows.sort((a, b) => a.top - b.top)[0]?.text ?? "";
    };
    await eventually("the second day", async () => {
      // What follows the newest lines may draw them once more.
      await find(".list").evaluate((one) => one.scrollTo(0, (one.scrollHeight - one.clientHeight) / 2));
      return (await first()).includes("2026-03-03 ");
    });
    assert.equal(await find(".body .row.active").count(), 0);
    await eventually("the panel", async () => {
      if (await find(".options input:focus").isVisible()) return true;
      await find(".list").focus();
      await press("Control+g");
      return false;
    });
    await find(".options input:focus").fill("14:32");
    await frame.locator(".options .hint", { hasText: "03/03/2026, 14:32:00" }).waitFor(PATIENT);
    await press("Escape");
  });

  it("tells open details, and full hours on the axis, by the walls of a zone that is chosen", async () => {
    await find(".list").focus();
    await press("End");
    await press("ArrowUp");
    await find(".body .row.active:not([aria-busy])").waitFor(PATIENT);
    await press("Enter");
    const detail = find(".details .field .value");
    await detail.filter({ hasText: "was asked" }).first().waitFor(PATIENT);
    const zone = find(".options .zone");
    await eventually("another zone", async () => {
      if ((await titles()).includes(`Time (${ZONE})`)) return true;
      const input = zone.locator("input");
      if (!(await input.isVisible())) await find('[data-act="options"] button').click();
      // The list closes when the window takes the focus for a moment: it is opened again.
      await input.fill("kabul");
      await zone
        .locator("li", { hasText: ZONE })
        .waitFor({ timeout: 5_000 })
        .catch(() => undefined);
      await press("Enter");
      return false;
    });
    await eventually("the panel closed by Escape", async () => {
      if ((await find(".options:popover-open").count()) === 0) return true;
      await press("Escape");
      return false;
    });
    await detail.filter({ hasText: "GMT+4:30" }).first().waitFor(PATIENT);
    await frame.evaluate(`(() => {
      const { prototype } = CanvasRenderingContext2D;
      const own = prototype.fillText;
      window.drawn = [];
      prototype.fillText = function (text, ...rest) {
        window.drawn.push(text);
        return own.call(this, text, ...rest);
      };
    })()`);
    let width = SIZE.width;
    const labels = await eventually("the axis drawn anew", async () => {
      width = width === SIZE.width ? SIZE.width + 20 : SIZE.width;
      await workbench.page.setViewportSize({ ...SIZE, width });
      const all = await frame.evaluate<string[]>("window.drawn");
      const times = all.filter((text) => /:|[A-Z]/.test(text));
      return times.length > 3 ? times : undefined;
    });
    assert.deepEqual(
      labels.filter((label) => !ROUND.test(label)),
      [],
    );
    await workbench.page.setViewportSize(SIZE);
  });

  it("tells sources by letters, colour and name where there is no room for their column", async () => {
    await workbench.page.setViewportSize(NARROW);
    await find(".list.narrow").waitFor(PATIENT);
    await eventually("no column for the source", async () => !(await titles()).includes("Source"));
    const marks = find(".body .row:not([aria-busy]) .origin");
    const told = () =>
      marks.evaluateAll((all) =>
        all.map((one) => [one.textContent, one.getAttribute("title"), one.getAttribute("data-source")]),
      );
    const all = await eventually("a mark on each line", async () => {
      const marked = await told();
      const rows = await find(".body .row:not([aria-busy])").count();
      return marked.length > 10 && marked.length === rows ? marked : undefined;
    });
    const named = new Map(all.map(([letters, source]) => [source, letters]));
    assert.equal(new Set(named.values()).size, named.size, "all are told apart");
    for (const [letters, source, tone] of all) {
      assert.match(letters ?? "", /^[a-z\d]{2}$/);
      assert.ok(IDS.includes(source ?? ""), `${source}`);
      assert.match(tone ?? "", /^\d$/);
    }
    await eventually("its name for a reader", async () =>
      /img "service-\d\d"/.test(await find(".list").ariaSnapshot()),
    );
    await workbench.pictures("log-many-sources-narrow");
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
