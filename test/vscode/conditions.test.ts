import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { EngineState } from "../../src/vscode/engine-host.ts";
import { CONTEXT } from "../../src/vscode/ids.ts";
import type { ShownState } from "../../src/vscode/rows.ts";
import { repository } from "../helpers/vscode-paths.ts";

interface Command {
  readonly command: string;
  readonly title: string;
  readonly enablement?: string;
}
interface Item {
  readonly command: string;
  readonly when?: string;
}

const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const { contributes } = JSON.parse(read("package.json"));
const strings: Record<string, string> = JSON.parse(read("package.nls.json"));
const commands: readonly Command[] = contributes.commands;
const menus: Readonly<Record<string, readonly Item[]>> = contributes.menus;
const palette = new Map((menus.commandPalette ?? []).map(({ command, when }) => [command, when]));
const views: readonly { readonly id: string; readonly when?: string }[] = contributes.views.logMonitor;
const source = globSync(["src/extension.ts", "src/vscode/**/*.ts"], { cwd: repository })
  .filter((path) => !path.endsWith("ids.ts"))
  .map(read)
  .join("\n");

/** All that is asked of a context key: `key`, `!key`, `key == value`, `key =~ /expression/`. */
interface Term {
  readonly key: string;
  readonly operator: string | undefined;
  readonly value: string;
  readonly of: string;
}
const TERM = /^!?([\w.]+)(?:\s+(==|!=|=~|in|>)\s+(\S+))?$/;
const terms: readonly Term[] = [
  ...commands.map(({ enablement }) => enablement),
  ...[...Object.values(menus).flat(), ...views, ...contributes.viewsWelcome].map(({ when }) => when),
]
  .filter((condition: string | undefined) => condition !== undefined && condition !== "false")
  .flatMap((of: string) =>
    of.split(/\s*(?:&&|\|\|)\s*/).map((text) => {
      const [, key = "", operator, value = ""] = TERM.exec(text) ?? assert.fail(`not understood: ${text}`);
      return { key, operator, value, of };
    }),
  );
/** The texts among `known` for which a term holds. */
const holdsFor = ({ operator, value, of }: Term, known: readonly string[]): readonly string[] => {
  if (operator === "=~") return known.filter((text) => new RegExp(value.slice(1, -1)).test(text));
  assert.ok(operator === "==" || operator === "!=", of);
  return known.filter((text) => text === value);
};

/** What the editor tells, as its reference of when clauses has it. */
const EDITOR = [
  "isWorkspaceTrusted",
  "workspaceFolderCount",
  "virtualWorkspace",
  "explorerResourceIsFolder",
  "resourceExtname",
  "resourcePath",
];
const STATES: Record<ShownState, true> = {
  ...{ starting: true, watching: true, running: true, waiting: true, consent: true, paused: true },
  ...{ retrying: true, stopped: true, off: true, failed: true },
};
const ENGINE: Record<EngineState["name"], true> = {
  ...{ idle: true, starting: true, running: true, restarting: true, failed: true, closed: true },
};

/** What runs in any state of a workspace, and why it has no condition. */
const ALWAYS: Readonly<Record<string, string>> = {
  "logMonitor.addLog": "there is always a log to add",
  "logMonitor.watchFile": "its menu has the condition",
  "logMonitor.tryParser": "of any file",
  "logMonitor.openDashboard": "says itself that nothing is watched",
  "logMonitor.openLogView": "says itself that nothing is watched",
  "logMonitor.openSavedQuery": "also those of a colleague",
  "logMonitor.openConfiguration": "also what is still empty",
  "logMonitor.showOutput": "tells why nothing runs",
  "logMonitor.setSecret": "before anything names it",
  "logMonitor.moveSecret": "a quick fix",
  "logMonitor.copyDiagnostics": "tells why nothing runs",
  "logMonitor.copyPath": "of a row",
};

/** What changes often, by itself or by each click on a button of a row. */
const LIVELY = [
  ...[CONTEXT.startable, CONTEXT.stoppable, CONTEXT.pausable, CONTEXT.resumable],
  ...[CONTEXT.resettable, CONTEXT.deadLetters],
];
/** Without it a command would end in a message that it can do nothing. */
const NEEDS: Readonly<Record<string, string>> = {
  "logMonitor.start": CONTEXT.startable,
  "logMonitor.stop": CONTEXT.stoppable,
  "logMonitor.pause": CONTEXT.pausable,
  "logMonitor.resume": CONTEXT.resumable,
  "logMonitor.removeLog": CONTEXT.watched,
  "logMonitor.testConnection": CONTEXT.hasSinks,
  "logMonitor.previewSink": CONTEXT.hasSinks,
  "logMonitor.resetSink": CONTEXT.resettable,
  "logMonitor.showDeadLetters": CONTEXT.deadLetters,
  "logMonitor.replayDeadLetters": CONTEXT.deadLetters,
  "logMonitor.replaySince": CONTEXT.replayable,
};

describe("conditions of the manifest", () => {
  it("ask only for keys that the editor tells, or that the extension sets under one name", () => {
    const ours = Object.entries(CONTEXT);
    for (const { key, of } of terms) {
      if (["view", "viewItem", "resourceScheme", ...EDITOR].includes(key)) continue;
      const [name] = ours.find(([, known]) => known === key) ?? assert.fail(`${key} in ${of}`);
      assert.match(source, new RegExp(`\\bCONTEXT\\.${name}\\b`), `nobody sets ${key}`);
    }
    const asked = new Set([
      ...terms.flatMap(({ key, value }) => [key, value]),
      ...contributes.walkthroughs.flatMap(({ steps }: { steps: { completionEvents: string[] }[] }) =>
        steps.flatMap(({ completionEvents }) => completionEvents.map((event) => event.split(":")[1])),
      ),
    ]);
    for (const [, key] of ours) assert.ok(asked.has(key), `${key} is set for nobody`);
  });

  it("ask for values that there are: views, states of rows, of the engine, schemes", () => {
    const states = Object.keys(STATES);
    const rows = [
      ...["source", "file", "stream", "sink"].flatMap((kind) => states.map((state) => `${kind}.${state}`)),
      ...["store", "dead"].flatMap((kind) => states.map((state) => `sink.${state}.${kind}`)),
    ];
    const [, scheme = ""] = /LINES_SCHEME = "([^"]+)"/.exec(read("src/vscode/line-document.ts")) ?? [];
    const values: Readonly<Record<string, readonly string[]>> = {
      view: views.map(({ id }) => id),
      viewItem: rows,
      resourceScheme: ["file", scheme],
      [CONTEXT.engine]: Object.keys(ENGINE),
    };
    for (const term of terms) {
      const known = values[term.key];
      if (known) assert.ok(holdsFor(term, known).length > 0, term.of);
      else if (term.operator === "in") assert.equal(term.value, CONTEXT.files);
    }
  });

  it("let each command run where it can do something: by its own enablement, wherever it is offered", () => {
    const always = commands.filter(({ enablement }) => enablement === undefined);
    assert.deepEqual(always.map(({ command }) => command).sort(), Object.keys(ALWAYS).sort());
    for (const { command, enablement } of commands) {
      const when = palette.get(command);
      if (when === undefined || when === "false" || when === enablement) continue;
      assert.ok(enablement !== undefined && when.startsWith(`${enablement} && `), `${command}: ${when}`);
    }
  });

  it("offer what needs a log or a sink, and is of no row, only where there is one it can be done to", () => {
    const handlers = (path: string, pattern: RegExp) => [...read(path).matchAll(pattern)].map(([, id]) => id);
    const choosing = [
      ...handlers("src/vscode/commands.ts", /"(logMonitor\.\w+)": steer\(/g),
      ...handlers("src/vscode/sink-commands.ts", /async "(logMonitor\.\w+)"\(/g),
      "logMonitor.removeLog",
    ];
    assert.deepEqual(choosing.sort(), Object.keys(NEEDS).sort());
    for (const [command, needs] of Object.entries(NEEDS)) {
      const { enablement } = commands.find((one) => one.command === command) ?? assert.fail(command);
      const title = menus["view/title"]?.filter((item) => item.command === command) ?? [];
      for (const when of [palette.get(command), ...title.map((item) => item.when)]) {
        const asked = [enablement, when].flatMap((condition) => condition?.split(" && ") ?? []);
        assert.ok(asked.includes(needs), `${command}: ${asked.join(" && ")}`);
      }
    }
  });

  it("offer of a sink what is done to dead letters where it has some, to a store no replay, and else the same", () => {
    const offered = (row: string) =>
      (menus["view/item/context"] ?? [])
        .filter(({ when = "" }) => terms.some((one) => one.of === when && one.value === "logMonitor.sinks"))
        .filter(({ when }) =>
          terms.some((one) => one.of === when && one.key === "viewItem" && holdsFor(one, [row]).length > 0),
        )
        .map(({ command }) => command);
    const dead = ["logMonitor.showDeadLetters", "logMonitor.replayDeadLetters"];
    for (const state of Object.keys(STATES)) {
      const usual = offered(`sink.${state}`);
      assert.ok(usual.includes("logMonitor.replaySince"), state);
      const withDead = offered(`sink.${state}.dead`);
      assert.deepEqual(
        withDead.filter((command) => !usual.includes(command)),
        dead,
        state,
      );
      assert.equal(withDead.length, usual.length + dead.length, state);
      const ofStore = usual.filter((command) => command !== "logMonitor.replaySince");
      assert.deepEqual(offered(`sink.${state}.store`), ofStore, state);
    }
  });

  it("ask of rows for nothing that changes while logs and sinks run: all rows would be drawn anew", () => {
    const inRows = menus["view/item/context"] ?? [];
    const asked = new Set(inRows.map(({ command }) => command));
    const conditions = [
      ...inRows.map(({ when }) => when),
      ...commands.filter(({ command }) => asked.has(command)).map(({ enablement }) => enablement),
    ];
    for (const key of LIVELY) {
      const of = conditions.filter((condition) => condition?.includes(key));
      assert.deepEqual(of, [], key);
    }
  });

  it("leave no command that nobody can reach", () => {
    const inMenus = Object.entries(menus)
      .filter(([menu]) => menu !== "commandPalette")
      .flatMap(([, items]) => items.map(({ command }) => command));
    for (const { command } of commands) {
      const shown = palette.get(command) !== "false" || inMenus.includes(command);
      assert.ok(shown || source.includes(`command: "${command}"`), command);
    }
  });

  it("say of every menu of ours in which view, and of others for which files", () => {
    for (const [menu, items] of Object.entries(menus)) {
      if (menu === "commandPalette") continue;
      for (const { command, when = "" } of items) {
        const key = menu.startsWith("view/") ? /\bview (?:==|=~) / : /\bresourceScheme == /;
        assert.match(when, key, `${command} in ${menu}`);
      }
    }
  });
});

describe("titles of commands", () => {
  const titles = commands.map(({ title }) => strings[title.slice(1, -1)] ?? assert.fail(title));

  it("are one each, in words, without the category that stands before them", () => {
    assert.equal(new Set(titles).size, titles.length);
    for (const title of titles) assert.match(title, /^[A-Z][A-Za-z ,]+[…?]?$/, title);
    for (const title of titles) assert.doesNotMatch(title, /^log monitor/i);
  });
});

describe("keys", () => {
  it("are all left to the editor; the log view alone has four more while one is in it", () => {
    assert.equal(contributes.keybindings, undefined);
    const pages = globSync("src/webview/**/*.ts", { cwd: repository });
    const kept = pages.flatMap((path) =>
      [...read(path).matchAll(/(?<!function )\bpageKeys\(\{([^}]*)\}/g)].map(([, keys = ""]) => [
        path.replaceAll("\\", "/"),
        keys.match(/\b\w+(?=:)/g),
      ]),
    );
    assert.deepEqual(kept, [["src/webview/log/controller.ts", ["f", "g", "l", "z"]]]);
  });
});
