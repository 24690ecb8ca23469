import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import manifest from "../../../../package.json" with { type: "json" };
import { brokenLinks } from "../../../helpers/documents.ts";
import { packageExtension } from "../../../helpers/packaged.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { installVsix } from "../../../helpers/vscode-server.ts";
import { openWorkbench } from "../../../helpers/vscode-workbench.ts";
import { inCodeServer } from "./code-server.ts";
import { reloadWithout } from "./dashboard.ts";
import { onVirtualFolders } from "./virtual-folder.ts";

/** How files of machine code begin: ELF, PE, Mach-O (either way round, and for several machines). */
const MACHINE_CODE = /^(7f454c46|4d5a|cffaedfe|feedfacf|cefaedfe|feedface|cafebabe)/;

describe("the packaged extension", () => {
  const copy = tempFolder({ after });
  let vsix = "";
  before(() => {
    vsix = packageExtension(copy);
  });

  it("installs from its file, shows live lines within a minute and four actions, and opens nothing when a newer one takes its place", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, ".vscode"));
    const log = join(folder, "app.log");
    writeFileSync(log, "a line\n".repeat(10));
    const settings = { "logMonitor.monitor": { port: 0 } };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    const workbench = await openWorkbench({ folder, vsix });
    t.after(() => workbench.stop());
    // It is installed, and the window is there: from now on it is up to the user, and to the extension.
    const began = performance.now();

    const { publisher, name, version } = manifest;
    const installed = readdirSync(workbench.server.extensionsDir).filter(
      (entry) => entry !== "extensions.json",
    );
    assert.deepEqual(installed, [`${publisher}.${name}-${version}`]);
    const actions: string[] = [];
    const act = (what: string, gesture: () => Promise<unknown>) => {
      actions.push(what);
      return gesture();
    };
    const { page } = workbench;
    await act("the container", () => workbench.openContainer("Log Monitor"));
    const welcome = page.locator(".welcome-view-content .monaco-button", { hasText: "Add Log" });
    await act("Add Log", () => welcome.click());
    await act("the file", () => workbench.pick("app.log"));
    // What is tried on the lines, and the thread that tries it, are in the package too.
    const tried = page.locator(".quick-input-list .monaco-list-row", { hasText: "10 of 10 lines" }).first();
    await tried.waitFor({ timeout: 60_000 });
    await act("the parser", () => workbench.pick("plain"));
    const view = await workbench.webview("main .list");
    let written = 0;
    const seen = async () => {
      appendFileSync(log, `after the choice ${written++}\n`);
      const lines = await view.locator(".body .message").allTextContents();
      return lines.some((line) => line.startsWith("after the choice ")) && lines.length > 10;
    };
    await until(seen, { timeout: 60_000, every: 200, what: "lines that are written now" });
    assert.ok(performance.now() - began < 60_000, "no more than a minute");
    assert.ok(actions.length <= 4, actions.join(", "));
    await workbench.treeRow("app.log");
    await workbench.screenshot("installed");

    const opened = () => workbench.page.locator(".tab, .editor-instance, .notebook-editor, .webview").count();
    await workbench.command("View: Close All Editors");
    await until(async () => (await opened()) === 0, { timeout: 60_000, what: "no editor" });
    upgrade(workbench.server.extensionsDir, "99.0.0");
    // The preview of the flow is closed too, but may be remembered from before the log view was opened.
    await reloadWithout(workbench, "logMonitor.log", "log-monitor-trial");
    const again = await workbench.treeRow("app.log");
    const goesOn = async () => {
      appendFileSync(log, "a line\n".repeat(10));
      return /[1-9]\S*\/s/.test((await again.textContent()) ?? "");
    };
    await until(goesOn, { timeout: 60_000, every: 200, what: "the log's rate in the newer version" });
    assert.equal(await opened(), 0);
  });

  /** The folder that it is installed into. */
  const unpacked = async (t: Parameters<typeof tempFolder>[0]): Promise<string> => {
    const home = tempFolder(t);
    const extensions = join(home, "extensions");
    await installVsix(vsix, extensions, home);
    return join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  };

  it("holds the documents and pictures that its README leads to", async (t) => {
    const folder = await unpacked(t);
    const pages = readdirSync(join(folder, "docs")).map((name) => `docs/${name}`);
    assert.ok(pages.length > 10, pages.join(", "));
    // vsce calls them so.
    const renamed = (path: string) => (/^(README|CHANGELOG)\.md$/.test(path) ? path.toLowerCase() : path);
    assert.deepEqual(brokenLinks(folder, ["README.md", ...pages], renamed), []);
  });

  it("holds no native module, and no other machine code", async (t) => {
    const files = readdirSync(await unpacked(t), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    assert.ok(
      files.some((file) => file.endsWith("worker.js")),
      files.join("\n"),
    );
    const native = files.filter(
      (file) =>
        /\.(node|so|dll|dylib|exe)$/.test(file) ||
        MACHINE_CODE.test(readFileSync(file).subarray(0, 4).toString("hex")),
    );
    assert.deepEqual(native, []);
  });

  inCodeServer(() => vsix);
  onVirtualFolders(() => vsix);
});

/** Puts a newer version in the place of the one that is installed, as its installation leaves it behind. */
function upgrade(extensions: string, next: string): void {
  const { publisher, name, version } = manifest;
  const folder = join(extensions, `${publisher}.${name}-${next}`);
  renameSync(join(extensions, `${publisher}.${name}-${version}`), folder);
  const [declared, list] = [join(folder, "package.json"), join(extensions, "extensions.json")];
  const renamed = { ...JSON.parse(readFileSync(declared, "utf8")), version: next };
  writeFileSync(declared, JSON.stringify(renamed));
  const listed = readFileSync(list, "utf8");
  assert.ok(listed.includes(`"version":"${version}"`), listed);
  writeFileSync(
    list,
    listed
      .replaceAll(`"version":"${version}"`, `"version":"${next}"`)
      .replaceAll(`${name}-${version}`, `${name}-${next}`),
  );
}
