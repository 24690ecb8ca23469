import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { launchBrowser } from "../../../helpers/browser.ts";
import { watchToasts } from "../../../helpers/toast-spy.ts";
import { until } from "../../../helpers/until.ts";
import { artefacts, repository } from "../../../helpers/vscode-paths.ts";

describe("the try-out", () => {
  it("serves VS Code on a demo, prints live figures, and leaves nothing behind at Ctrl-C", async (t) => {
    const tryout = spawn(process.execPath, [join(repository, "test", "tryout", "start.ts")], {
      env: { ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "", LOG_MONITOR_VSCODE: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise((done) => tryout.once("exit", done));
    t.after(async () => {
      tryout.kill("SIGTERM");
      await ended;
    });
    let output = "";
    tryout.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    tryout.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    const told = (pattern: RegExp, timeout: number) =>
      until(
        () => {
          if (tryout.exitCode !== null) throw new Error(`the try-out ended\n${output}`);
          return pattern.exec(output);
        },
        { timeout, what: `${pattern} in the terminal` },
      );

    const [address = ""] = await told(/http:\/\/127\.0\.0\.1:\d+\/\?tkn=\S+(?=\s)/, 120_000);
    const [, workspace = ""] = await told(/Workspace {2}(\S+)\s/, 60_000);
    await told(/Waiting: open the address above/, 60_000);

    const extensions = join(workspace, "..", "extensions");
    const ours = readdirSync(extensions).find((name) => name.startsWith("log-monitor.log-monitor-")) ?? "";
    for (const text of ["package.nls.de.json", "package.nls.zh-cn.json", "l10n/bundle.l10n.de.json"])
      assert.ok(existsSync(join(extensions, ours, text)), text);

    const written = () => {
      const logs = ["access", "app"].map((name) => join(workspace, "logs", `${name}.log`));
      return logs.reduce((sum, path) => sum + readFileSync(path, "utf8").split("\n").length - 1, 0);
    };
    await until(() => written() > 600, { timeout: 120_000, what: "lines before a window is open" });
    const before = written();

    const browser = await launchBrowser();
    t.after(() => browser.close());
    const page = await browser.newPage();
    const toasts = await watchToasts(page, []);
    const intruder = await page.goto(address.replace(/tkn=[^&]+/, "tkn=wrong"));
    assert.equal(intruder?.status(), 403);
    await page.goto(address);
    const [, lines = "0"] = await told(/^(\d+) lines {2}[\d.]+ lines\/s {2}0 errors/m, 60_000);
    const read = await until(
      () => {
        const count = Number(output.match(/^\d+(?= lines )/gm)?.at(-1));
        return count > Number(lines) + 50 ? count : undefined;
      },
      { timeout: 60_000, what: "the count of lines to grow" },
    );
    assert.ok(read <= written() - before, `${read} lines read: none of the ${before} of before`);
    await page
      .locator(".pane-body .monaco-list-row", { hasText: "access.log" })
      .first()
      .waitFor({ timeout: 60_000 });
    await page.locator(".tab", { hasText: "Log Monitor" }).first().waitFor({ timeout: 60_000 });
    mkdirSync(artefacts, { recursive: true });
    await page.screenshot({ path: join(artefacts, "tryout.png") });
    assert.deepEqual((await toasts.end()).unasked, []);
    await browser.close();

    tryout.kill("SIGINT");
    assert.equal(await ended, 0, output);
    assert.equal(existsSync(workspace), false);
    await assert.rejects(fetch(address), "the server still answers");
  });
});
