import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { COMMANDS, CONTEXT, STEPS } from "../../src/vscode/ids.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));
const strings: Record<string, string> = JSON.parse(read("package.nls.json"));
const { commands, menus, viewsContainers } = manifest.contributes;
const ids: readonly string[] = COMMANDS;

/** Every string in the manifest's contributions. */
const texts = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(texts)
      : [];

describe("manifest", () => {
  it("declares exactly the commands that have a handler, all under one category", () => {
    assert.deepEqual(commands.map(({ command }: { command: string }) => command).sort(), [...ids].sort());
    assert.ok(commands.every(({ category }: { category: string }) => category === "Log Monitor"));
    // Those of one kind of document, or of a state that is rare, are found there alone.
    const elsewhere = [
      "false",
      "resourceScheme == log-monitor-lines",
      "logMonitor.engine == failed",
      "logMonitor.sampling",
    ];
    const hidden = menus.commandPalette.filter(({ when = "" }: { when?: string }) =>
      elsewhere.includes(when),
    );
    assert.ok(commands.length - hidden.length <= 30, "no more than can be found in the palette");
  });

  it("puts only existing commands into menus and welcome texts", () => {
    const inMenus = Object.values(menus as Record<string, { command: string }[]>).flatMap((items) =>
      items.map(({ command }) => command),
    );
    const inTexts = Object.values(strings).flatMap((text) =>
      [...text.matchAll(/\(command:(logMonitor\.[^)]*)\)/g)].map((match) => match[1]!),
    );
    assert.ok(inMenus.length > 0 && inTexts.length > 0);
    for (const command of [...inMenus, ...inTexts]) assert.ok(ids.includes(command), command);
  });

  it("gives every inline action an icon", () => {
    const inline = (menus["view/item/context"] as { command: string; group: string }[])
      .filter(({ group }) => group.startsWith("inline"))
      .map(({ command }) => command);
    assert.ok(inline.length >= 4);
    for (const id of inline) {
      assert.ok(commands.find(({ command }: { command: string }) => command === id)?.icon, id);
    }
  });

  it("has every string it refers to, and no other", () => {
    const used = texts(manifest)
      .map((text) => /^%(.+)%$/.exec(text)?.[1])
      .filter((key) => key !== undefined);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(strings).sort());
  });

  it("has the icons it names, drawn in the colour of the theme", () => {
    for (const { icon } of viewsContainers.activitybar) {
      assert.ok(existsSync(new URL(`../../${icon}`, import.meta.url)), icon);
      assert.match(read(icon), /currentColor/);
    }
  });

  it("has a walkthrough whose steps offer what they ask for and are ticked once it is done, with pictures in the colours of the theme", () => {
    const [{ id: start, steps }] = manifest.contributes.walkthroughs;
    assert.equal(steps.length, 4);
    for (const { id, description, media, completionEvents } of steps) {
      const picture = read(media.svg);
      assert.doesNotMatch(picture, /(?:fill|stroke)[=:]"?#/, media.svg);
      assert.match(picture, /"var\(--vscode-/);
      assert.doesNotMatch(picture, /style=/, "the policy of the page lets no inline styles in");
      // A command that was begun may have been given up.
      const [, key] = /^onContext:(.+)$/.exec(completionEvents.join()) ?? assert.fail(id);
      assert.ok(Object.values<string>(CONTEXT).includes(key ?? ""), key);
      // As the editor calls it, whom the extension tells of what was done before the editor asked.
      assert.equal(STEPS[key ?? ""], `${manifest.publisher}.${manifest.name}#${start}#${id}`);
      assert.match(strings[description.slice(1, -1)] ?? "", /\]\(command:logMonitor\.\w+\)/, id);
    }
  });

  it("runs where the files are, and asks to be started without any being open", () => {
    assert.deepEqual(manifest.extensionKind, ["workspace"]);
    assert.ok(manifest.activationEvents.includes("onStartupFinished"));
    // Beside a browser's own host, where there are no files, VS Code says so itself.
    assert.deepEqual([typeof manifest.main, manifest.browser], ["string", undefined]);
  });

  it("says why a virtual workspace has no logs, and what an untrusted one may not do", () => {
    const { virtualWorkspaces, untrustedWorkspaces } = manifest.capabilities;
    assert.equal(virtualWorkspaces.supported, "limited");
    assert.match(strings[virtualWorkspaces.description.slice(1, -1)] ?? "", /bytes of real files/);
    assert.equal(untrustedWorkspaces.supported, "limited");
    assert.match(strings[untrustedWorkspaces.description.slice(1, -1)] ?? "", /nothing is sent/);
  });
});
