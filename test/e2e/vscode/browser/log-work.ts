import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { until } from "../../../helpers/until.ts";
import { type Generated, generateLog, isRefused, RATE, requestOf } from "./log-generator.ts";
import { type LiveSession, PATIENCE } from "./log-live.ts";
import { logReader } from "./log-reader.ts";
import { rowsInSight } from "./log-window.ts";

/** So many lines come while nothing that is looked at may change. */
const MEANWHILE = RATE / 2;
const SAVED = { name: "Refused of busy", query: "status:>=400" };

export const WORK_SETTINGS = {
  "logMonitor.sources": {
    busy: { type: "file", paths: ["logs/busy.log"], parser: "json", from: "start" },
  },
  "logMonitor.queries": { [SAVED.name]: { query: SAVED.query, sources: ["busy"] } },
};

const recordOf = (line = "{}") => JSON.parse(line) as Readonly<Record<string, unknown>>;
const timeOf = (line = "{}") => Date.parse(JSON.parse(line).time);

/** What people do with a log view beside following, while thousands of lines a second come. */
export function useWork(session: () => Pick<LiveSession, "frame" | "workbench" | "folder">): void {
  let generated: Generated;
  const frame = () => session().frame;
  const find = (selector: string) => frame().locator(selector);
  const view = () => logReader(session().workbench, frame());
  const list = () => frame().getByRole("grid", { name: "Log lines" });
  const query = () => find("input.query");
  const press = (key: string) => session().workbench.page.keyboard.press(key);
  const eventually = <T>(what: string, fits: () => T | Promise<T>) => until(fits, { ...PATIENCE, what });
  /** What the rows are of whose text is there, from top to bottom. */
  const ids = async (): Promise<string[]> => {
    const at = (await find(".head .title").allTextContents()).indexOf("request_id");
    const rows = await find(".body .row:not([aria-busy])").evaluateAll(
      (all, at) =>
        all.map((one) => ({
          place: Number(one.getAttribute("data-place")),
          id: one.querySelectorAll("[role=gridcell]")[at]?.textContent ?? "",
        })),
      at,
    );
    return rows.sort((a, b) => a.place - b.place).map(({ id }) => id);
  };
  const row = (id: string) => find(".body .row:not([aria-busy])").filter({ hasText: id });
  const active = (id: string) => find(".body .row.active:not([aria-busy])").filter({ hasText: id });
  const known = new Map<string, number>();
  /** The line that was written which a row is of, and its number. */
  const written = (id: string) => {
    const all = generated.lines();
    for (let at = known.size; at < all.length; at++) known.set(requestOf(all[at]), at);
    const at = known.get(id) ?? -1;
    return { at, line: all[at] ?? "{}" };
  };

  /** Waits until so many lines more are found. */
  const finds = async (more: number) => {
    const { found } = await view().told();
    await eventually(`${more} more lines`, async () => (await view().told()).found >= found + more);
  };
  /** Waits until so many lines more are written. */
  const writes = async (more: number) => {
    const { length } = generated.lines();
    await eventually(`${more} lines to be written`, () => generated.lines().length >= length + more);
  };
  const asked = (text: string) =>
    eventually(`the query ${text}`, async () => (await query().inputValue()) === text);
  /** That all rows are of lines which fit, and not none, as soon as what was asked for before is gone. */
  const shows = (what: string, fits: (line: string) => boolean) =>
    eventually(what, async () => {
      const shown = await ids();
      return shown.length > 0 && shown.every((id) => fits(written(id).line));
    });
  /** Asks for one line, and chooses it. */
  const choose = async (id: string) => {
    await query().fill(`request_id:"${id}"`);
    await eventually("that line alone", async () => isDeepStrictEqual(await ids(), [id]));
    await list().focus();
    await press("Home");
    await active(id).waitFor(PATIENCE);
  };
  /** A line that others stand around, and its number. */
  const someLine = () => {
    const all = generated.lines();
    const at = Math.floor(all.length / 2);
    return { at, id: requestOf(all[at]) };
  };
  /** Shows all lines again, and follows them. */
  const all = async () => {
    await query().fill("");
    await view().toEnd();
    await finds(1);
  };

  it("shows a hit in the full log, with what was written around it, and goes back by a key", async () => {
    generated = generateLog(join(session().folder, "logs", "busy.log"));
    await finds(MEANWHILE);
    await view().addColumn("request_id");
    const { at, id } = someLine();
    await choose(id);
    await press("Shift+Enter");
    const around = generated
      .lines()
      .slice(at - 2, at + 3)
      .map(requestOf);
    await eventually("the lines around it", async () => (await ids()).join().includes(around.join()));
    await active(id).waitFor(PATIENCE);
    await find("main > .full:not(.cleared)").waitFor(PATIENCE);
    const before = await view().atRest();
    await finds(MEANWHILE);
    assert.deepEqual(await rowsInSight(frame()), before);
    await press("Escape");
    await eventually("the hit alone", async () => isDeepStrictEqual(await ids(), [id]));
    await active(id).waitFor(PATIENCE);
    assert.equal(await query().inputValue(), `request_id:"${id}"`);
    await all();
  });

  it("has the details of a line, which stay, and copies it as JSON", async () => {
    const { workbench } = session();
    await view().scroll(-400);
    const shown = await ids();
    const id = shown[Math.floor(shown.length / 2)] ?? "";
    await row(id).click(PATIENCE);
    await list().focus();
    await press("Enter");
    await find(".details .field .value").filter({ hasText: id }).waitFor(PATIENCE);
    const stands = async () => [await rowsInSight(frame()), await find(".details").innerText()];
    await view().atRest();
    const before = await stands();
    await finds(MEANWHILE);
    assert.deepEqual(await stands(), before);
    await workbench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await workbench.page.evaluate("navigator.clipboard.writeText('')");
    await list().focus();
    await press("Control+Shift+c");
    const text = await eventually("what was copied", () =>
      workbench.page.evaluate<string>("navigator.clipboard.readText()"),
    );
    const { raw, fields, source } = JSON.parse(text);
    assert.equal(raw, written(id).line);
    const { status, method, path } = recordOf(raw);
    assert.deepEqual(
      [source, fields.request_id, fields.status, fields.method, fields.path],
      ["busy", id, status, method, path],
    );
    await press("Escape");
    await find(".details").waitFor({ state: "hidden", timeout: PATIENCE.timeout });
    await view().toEnd();
  });

  it("takes in a value by a click, and the bars add up to the count at every moment", async () => {
    await view().addsUp(5);
    await find('vscode-toolbar-button[label="Fields and their values"]').click();
    const value = find('.facets vscode-tree-item[data-field="level"] vscode-tree-item').filter({
      hasText: "warn",
    });
    await value.click(PATIENCE);
    await asked("level:warn");
    await shows("warnings alone", (line) => recordOf(line).level === "warn");
    await view().addsUp(5);
    await find('.facets vscode-tree-item[data-role="included"]')
      .filter({ hasText: "warn" })
      .waitFor(PATIENCE);
    await value.click(PATIENCE);
    await asked("");
    await shows("others again", () => true);
    await view().addsUp(3);
    await find('.facets [icon="close"]').click();
  });

  it("completes a value, and finds the lines that have it", async () => {
    await query().focus();
    await query().pressSequentially("method:P");
    const labels = frame().getByRole("option").locator(".label");
    await eventually("the value", async () => (await labels.allTextContents()).join() === "POST");
    await press("ArrowDown");
    await press("Tab");
    await asked("method:POST ");
    await shows("posts alone", (line) => recordOf(line).method === "POST");
    await view().addsUp(3);
    await all();
  });

  it("goes to a time, and stays there", async () => {
    const lines = generated.lines();
    const time = timeOf(lines[Math.floor(lines.length / 3)]);
    const id = requestOf(lines.find((line) => timeOf(line) >= time));
    await list().focus();
    await press("Control+g");
    await frame().getByLabel("Time to go to").fill(new Date(time).toISOString());
    await press("Enter");
    await active(id).waitFor(PATIENCE);
    const before = await view().atRest();
    await finds(MEANWHILE);
    assert.deepEqual(await rowsInSight(frame()), before);
    await view().toEnd();
  });

  it("shows nothing more while it is paused, and all when it goes on", async () => {
    await list().focus();
    await press(" ");
    await find(".state")
      .filter({ hasText: / · paused$/ })
      .waitFor(PATIENCE);
    const stands = async () => [await view().counted(), await rowsInSight(frame())];
    let before: unknown;
    // What was under way may still come.
    await eventually("nothing more to come", async () => {
      const last = before;
      await writes(MEANWHILE);
      before = await stands();
      return isDeepStrictEqual(before, last);
    });
    await writes(MEANWHILE);
    assert.deepEqual(await stands(), before);
    const { length } = generated.lines();
    await press(" ");
    await eventually("what came meanwhile", async () => (await view().told()).found >= length);
    await view().addsUp(3);
  });

  it("clears what there is, and shows it again", async () => {
    await view().toEnd();
    const { found } = await view().told();
    await list().focus();
    await press("Control+l");
    await find(".cleared").waitFor(PATIENCE);
    const first = async () => {
      await press("Home");
      const [id = ""] = await ids();
      return written(id).at;
    };
    await eventually("lines alone that came since", async () => (await first()) >= found);
    await view().addsUp(3);
    await press("Control+z");
    await eventually("the first line of all", async () => (await first()) === 0);
    await find(".cleared").waitFor({ state: "hidden", timeout: PATIENCE.timeout });
    await view().toEnd();
  });

  it("shows what a saved search finds", async () => {
    const { workbench } = session();
    await find("vscode-toolbar-button.saved").click();
    await workbench.pick(SAVED.name);
    await find(`vscode-toolbar-button.saved[label='Saved as ${SAVED.name}']`).waitFor(PATIENCE);
    await asked(SAVED.query);
    await shows("refused requests alone", isRefused);
    await view().addsUp(3);
  });

  it("has found each line in the end", async () => {
    await generated.stop();
    const refused = generated.lines().filter(isRefused).length;
    const stand = (count: number) =>
      eventually(`${count} lines`, async () =>
        isDeepStrictEqual(await view().counted(), { found: count, sum: count }),
      );
    await stand(refused);
    await query().fill("");
    await stand(generated.lines().length);
  });
}
