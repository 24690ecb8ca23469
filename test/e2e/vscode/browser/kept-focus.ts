import { it } from "node:test";
import type { Frame, Locator } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { drawSpan, openDashboard } from "./dashboard.ts";
import { chooseRange, PATIENCE } from "./log-live.ts";
import { says } from "./log-window.ts";

interface Session {
  readonly workbench: Workbench;
  /** A log view that shows all lines of its log. */
  readonly log: Frame;
  /** What that says of them. */
  readonly all: string;
}

/** Where the focus goes when what has it goes away, by keys alone from then on. */
export function useKeptFocus(session: () => Session): void {
  const { press, has, leave } = hands(() => session().workbench);

  it("goes to the lines from a button of the log view that goes away, and keys act on them", async () => {
    const { log, all } = session();
    const query = log.locator("input.query");
    await log.locator(".list").focus();
    await press("Control+l");
    await leave(log.locator(".cleared vscode-button"));
    await has(log, ".list");
    await says(log, ".state", all);
    await press("Home");
    await log.locator('.body .row.active[data-place="0"]').waitFor(PATIENCE);

    await query.fill("no such line");
    await leave(log.locator(".empty .remedies vscode-button").first());
    await has(log, ".list");
    await query.fill("level:error");
    await leave(log.locator('[label="Clear all filters"] button'));
    await has(log, ".list");
    await chooseRange(log, /From.*until/i);
    await leave(log.locator(".histogram .zoom-out button"));
    await has(log, ".list");
    await says(log, ".state", all);
  });

  it("stays in a box of the log view that one writes in, whatever goes away meanwhile", async () => {
    const { log, all } = session();
    const query = log.locator("input.query");
    await query.focus();
    await query.pressSequentially("no such line");
    await log.locator(".empty .remedies vscode-button").first().waitFor(PATIENCE);
    await press("Control+a");
    await press("Delete");
    await says(log, ".state", all);
    await has(log, "input.query");
  });

  it("may be on nothing at all: keys of the log view act all the same", async () => {
    const { log } = session();
    await log.locator(".list").focus();
    await log.evaluate("document.activeElement.blur()");
    await has(log, "body");
    await press("Control+f");
    await has(log, "input.query");
  });
}

/** The same of the dashboard, which is opened. */
export function useKeptFocusOfDashboard(session: () => Pick<Session, "workbench">): void {
  const { has, leave } = hands(() => session().workbench);

  it("goes to the range that is shown from a button of the dashboard that goes away", async () => {
    const { workbench } = session();
    const dashboard = await openDashboard(workbench);
    await dashboard.card("lines").waitFor(PATIENCE);
    await drawSpan(workbench, dashboard, "lines", [0.25, 0.5]);
    await leave(dashboard.frame.getByRole("button", { name: "Live", exact: true }));
    await has(dashboard.frame, ".ranges input:checked");
  });
}

/** What is done by keys in a window. */
function hands(workbench: () => Workbench) {
  const press = (key: string) => workbench().page.keyboard.press(key);
  const has = (frame: Frame, selector: string) =>
    until(() => frame.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`), {
      ...PATIENCE,
      what: `${selector} to have the focus`,
    });
  /** Presses a button by a key, after which it is gone. */
  const leave = async (button: Locator) => {
    await button.waitFor(PATIENCE);
    await button.press("Enter");
    await button.waitFor({ state: "hidden", timeout: PATIENCE.timeout });
  };
  return { press, has, leave };
}
