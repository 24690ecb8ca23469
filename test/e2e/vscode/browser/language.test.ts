import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { repository } from "../../../helpers/vscode-paths.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

/** The pseudo-locale: every text is marked, and a third longer. */
const LANGUAGE = "qps-ploc";
const MARK = /^\s*⟦.*⟧\s*$/s;
const pseudo = (text: string): string => `⟦${text}${"·".repeat(Math.ceil(text.length / 3))}⟧`;

/** The extension with a bundle of the pseudo-locale, made of the messages that the Chinese one has. */
function extensionInPseudo(folder: string): string {
  const read = (path: string): Record<string, string> =>
    JSON.parse(readFileSync(join(repository, path), "utf8"));
  const write = (path: string, texts: Record<string, string>): void =>
    writeFileSync(join(folder, path), JSON.stringify(texts));
  mkdirSync(join(folder, "l10n"), { recursive: true });
  // Copied: the editor tells extensions apart by where their code really is.
  for (const name of ["dist", "media"])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  for (const name of ["package.json", "package.nls.json"]) cpSync(join(repository, name), join(folder, name));
  const messages = Object.keys(read("l10n/bundle.l10n.zh-cn.json"));
  write(
    `l10n/bundle.l10n.${LANGUAGE}.json`,
    Object.fromEntries(messages.map((message) => [message, pseudo(message)])),
  );
  const manifest = Object.entries(read("package.nls.json"));
  write(
    `package.nls.${LANGUAGE}.json`,
    Object.fromEntries(manifest.map(([key, text]) => [key, key.startsWith("welcome") ? text : pseudo(text)])),
  );
  return folder;
}

/** What is the same in every language: names, and units that the platform writes. */
const DATA = /^(?:Log Monitor|store|max|\d+ min|info(?:\n\d+)?)$/;

/** What is to be read or heard in a page and is no row of data: texts of buttons, headings and the like, and names. */
const TEXTS = `(() => {
  const seen = new Set();
  const ours = "h1, h2, h3, button, label, summary, legend, caption, th, vscode-button, vscode-option";
  const data = '[role="row"]:not(:has([role="columnheader"])) *, tbody *, .data, svg *, option';
  for (const element of document.querySelectorAll("body *")) {
    if (element.matches(data) || !element.checkVisibility()) continue;
    const names = ["aria-label", "title", "placeholder", "label"].map((name) => element.getAttribute(name));
    for (const text of [...names, element.matches(ours) && element.innerText])
      if (text && /\\p{L}{3}/u.test(text)) seen.add(text);
  }
  return [...seen];
})()`;

/** Texts of controls that do not fit into them. */
const CLIPPED = `[...document.querySelectorAll("h1, h2, h3, button, vscode-button, summary, label, p, dt")]
  .filter((element) => element.checkVisibility() && !element.closest(".unseen"))
  .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
  .map(({ tagName, className, innerText }) => tagName + "." + className + ": " + innerText)`;

describe("the display language", () => {
  const home = tempFolder({ after });
  const folder = join(home, "workspace");
  const path = join(folder, "app.log");
  let workbench: Workbench;

  before(async () => {
    mkdirSync(join(folder, ".vscode"), { recursive: true });
    const line = (number: number): string =>
      JSON.stringify({
        time: new Date().toISOString(),
        level: "info",
        msg: `<${number}>`,
        took: number / 10,
      });
    appendFileSync(path, Array.from({ length: 200 }, (_, i) => `${line(i)}\n`).join(""));
    const settings = {
      "logMonitor.monitor": { port: await freePort() },
      "logMonitor.sources": { "1": { type: "file", paths: ["app.log"], parser: "json", from: "start" } },
    };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    workbench = await openWorkbench({
      folder,
      extension: extensionInPseudo(join(home, "extension")),
      language: LANGUAGE,
    });
    await workbench.openContainer(pseudo("Log Monitor"));
  });
  after(() => workbench?.stop());

  const assertTranslated = async (frame: Frame): Promise<void> => {
    const foreign = async (): Promise<string[]> =>
      ((await frame.evaluate(TEXTS)) as string[]).filter((text) => !MARK.test(text) && !DATA.test(text));
    await until(async () => assert.deepEqual(await foreign(), []) ?? true, {
      timeout: 20_000,
      every: 500,
      what: "texts in the display language",
    });
    assert.deepEqual(await frame.evaluate(CLIPPED), []);
  };

  it("is that of the views and of what the tree says", async () => {
    const row = await workbench.treeRow("app.log");
    assert.match((await row.getAttribute("aria-label")) ?? "", /⟦/);
  });

  it("is that of the dashboard, where longer texts fit", async () => {
    await workbench.command(pseudo("Open Dashboard"));
    const frame = await workbench.webview("main .figures");
    await frame.locator(".figures").first().waitFor();
    await workbench.screenshot("language-dashboard");
    await assertTranslated(frame);
  });

  it("is that of the log view, where longer texts fit", async () => {
    await workbench.command(pseudo("Open Log View"));
    const frame = await workbench.webview("input.query");
    await frame.locator(".body .message").first().waitFor();
    await workbench.screenshot("language-log-view");
    await assertTranslated(frame);
  });
});
