import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

const STEPS = ["Watch a log", "Look at its lines", "See it in charts", "Send it on"] as const;
type Step = (typeof STEPS)[number];
const patient = { timeout: 60_000 };

const step = ({ page }: Workbench, title: Step) =>
  page.locator(".getting-started-step").filter({ hasText: title });

/** Opens the walkthrough, whose steps are shown. */
async function walkThrough(workbench: Workbench): Promise<void> {
  await workbench.command("Welcome: Open Walkthrough...");
  // Under a pointer that rests where a row comes a hint opens, which keeps the click from it.
  await workbench.page.mouse.move(1500, 800);
  await workbench.pick("Get started with Log Monitor");
  await step(workbench, "Send it on").waitFor(patient);
}

async function ticked(workbench: Workbench): Promise<readonly Step[]> {
  const marks = STEPS.map((title) =>
    step(workbench, title).locator(".codicon-getting-started-step-checked").count(),
  );
  const counts = await Promise.all(marks);
  return STEPS.filter((_, at) => counts[at] !== 0);
}

const tickedNow = (workbench: Workbench, wanted: readonly Step[]) =>
  until(async () => (await ticked(workbench)).length >= wanted.length, {
    timeout: 60_000,
    what: `ticks: ${wanted.join(", ")}`,
  }).then(async () => assert.deepEqual(await ticked(workbench), wanted));

describe("the walkthrough", () => {
  let workbench: Workbench;
  const folder = tempFolder({ after });
  before(async () => {
    workbench = await openWorkbench({ folder, viewport: { width: 1600, height: 900 } });
    await walkThrough(workbench);
  });
  after(() => workbench?.stop());

  /** Its tab: one that is in front already would go back to the list of all walkthroughs. */
  const toFront = async (): Promise<void> => {
    const tab = workbench.page.locator(".tab", { hasText: "Welcome" });
    const active = await tab.getAttribute("aria-selected", patient);
    if (active !== "true") await tab.click(patient);
  };
  const widget = () => workbench.page.locator(".quick-input-widget");
  const input = () => widget().locator(".quick-input-box input");
  const asked = (text: string) => widget().filter({ hasText: text }).waitFor(patient);

  const giveUp = async (): Promise<void> => {
    await input().press("Escape");
    await widget().waitFor({ state: "hidden", ...patient });
  };

  /** Presses what a step offers, in the walkthrough, which may lie behind what the step before opened. */
  const press = async (title: Step, offer: string): Promise<void> => {
    await toFront();
    const link = step(workbench, title).getByText(offer).filter({ visible: true }).first();
    await until(
      async () => {
        // A step that is open would be shut.
        if (!(await link.isVisible())) await step(workbench, title).click({ timeout: 5_000 });
        await link.click({ timeout: 5_000 });
        return true;
      },
      { timeout: 60_000, every: 200, what: `${offer} to be pressed` },
    );
  };
  /** A page is loaded anew when it is seen again. */
  const says = async (page: string, text: string): Promise<void> => {
    const told = async () => (await workbench.webview(page)).getByText(text).first().isVisible();
    await until(told, { timeout: 60_000, what: `“${text}” in the page` });
  };
  it("has four steps with a picture each, none of them ticked in a folder where nothing was done", async () => {
    assert.equal(await workbench.page.locator(".getting-started-step").count(), STEPS.length);
    assert.deepEqual(await ticked(workbench), []);
    await step(workbench, "Look at its lines").click();
    await workbench.pictures("walkthrough");
  });

  it("ticks no step that was begun and given up, or that shows nothing yet", async () => {
    await press("Watch a log", "Add Log…");
    await asked("Add Log");
    await giveUp();

    await press("Look at its lines", "Open Log View");
    await says("input.query", "No log is watched yet");
    await says("input.query", "its lines are shown here");
    const log = await workbench.webview("input.query");
    assert.deepEqual(await log.locator(".empty .remedies vscode-button").allTextContents(), [
      "Add Log…",
      "Generate Sample Log",
    ]);
    assert.equal(await log.locator(".state").textContent(), "");
    await workbench.pictures("log-view-empty");
    await press("See it in charts", "Open Dashboard");
    await says("main .figures", "No log is watched yet");
    await workbench.pictures("dashboard-empty");

    await press("Send it on", "Add Sink…");
    await workbench.pick("File");
    await asked("File that records are appended to");
    await giveUp();
    assert.deepEqual(await ticked(workbench), []);
  });

  it("ticks each step when it is done: a log watched, its lines seen, its charts seen, a sink added", async () => {
    await press("Watch a log", "Generate a sample log");
    // Had the others been ticked by being begun, they were by now.
    await tickedNow(workbench, ["Watch a log"]);

    await press("Look at its lines", "Open Log View");
    await workbench.webview("main .list .body .message");
    await press("See it in charts", "Open Dashboard");
    await workbench.webview("main .figures");
    await toFront();
    await tickedNow(workbench, ["Watch a log", "Look at its lines", "See it in charts"]);

    await press("Send it on", "Add Sink…");
    await workbench.pick("File");
    await asked("File that records are appended to");
    await input().fill("out/records.ndjson");
    await input().press("Enter");
    await asked("Name of the sink");
    await input().press("Enter");
    // The box before may still stand there, and would take what is picked.
    await widget().locator(".monaco-list-row").first().waitFor({ timeout: 60_000 });
    await workbench.pick("Add Sink");
    await tickedNow(workbench, STEPS);
    await workbench.screenshot("walkthrough-done");
  });
});

describe("the walkthrough of a window in which steps were done before it was opened", () => {
  let workbench: Workbench;
  const folder = tempFolder({ after });
  before(async () => {
    writeFileSync(join(folder, "app.log"), "2026-11-22T10:00:00Z INFO one\n2026-11-22T10:00:01Z INFO two\n");
    mkdirSync(join(folder, ".vscode"));
    const sources = { app: { paths: ["app.log"], from: "start" } };
    writeFileSync(
      join(folder, ".vscode", "settings.json"),
      JSON.stringify({ "logMonitor.sources": sources }),
    );
    workbench = await openWorkbench({ folder, viewport: { width: 1600, height: 900 } });
  });
  after(() => workbench?.stop());

  it("has ticks at these: at the log that was watched from the start, and at what was looked at since", async () => {
    await workbench.command("Log Monitor: Open Log View");
    await workbench.webview("main .list .body .message");
    await walkThrough(workbench);
    await tickedNow(workbench, ["Watch a log", "Look at its lines"]);
  });

  it("keeps them when the window is loaded anew, and goes on with the others", async () => {
    await workbench.reload();
    await walkThrough(workbench);
    await tickedNow(workbench, ["Watch a log", "Look at its lines"]);
    await workbench.command("Log Monitor: Open Dashboard");
    await workbench.webview("main .figures");
    await workbench.page.locator(".tab", { hasText: "Welcome" }).click(patient);
    await tickedNow(workbench, ["Watch a log", "Look at its lines", "See it in charts"]);
  });
});
