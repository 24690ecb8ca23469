import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Ways to give a file another text, as editors and those who roll out configurations do. */
const ways: [name: string, change: (file: string, text: string, turn: number) => void][] = [
  ["written in place", (file, text) => writeFileSync(file, text)],
  [
    "saved by an editor: another file renamed to it",
    (file, text) => {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
  ],
  [
    "saved by an editor: the old one renamed away, a new one written",
    (file, text) => {
      renameSync(file, `${file}~`);
      writeFileSync(file, text);
    },
  ],
  [
    "deleted and made anew",
    (file, text) => {
      rmSync(file);
      writeFileSync(file, text);
    },
  ],
  [
    "a link that is turned to another file",
    (file, text, turn) => {
      const target = `${file}.${turn}`;
      writeFileSync(target, text);
      symlinkSync(target, `${file}.link`);
      renameSync(`${file}.link`, file);
    },
  ],
  [
    "behind a folder link that is turned, as Kubernetes does",
    (file, text, turn) => {
      const folder = dirname(file);
      const version = join(folder, `..version-${turn}`);
      mkdirSync(version);
      writeFileSync(join(version, "log-monitor.yaml"), text);
      symlinkSync(version, join(folder, "..new"));
      renameSync(join(folder, "..new"), join(folder, "..data"));
      if (turn > 1) return;
      rmSync(file, { force: true });
      symlinkSync(join("..data", "log-monitor.yaml"), file);
    },
  ],
];

describe("a configuration file", () => {
  for (const [name, change] of ways) {
    it(`R6: ${name}: is reloaded each time, and each line comes once`, async (t) => {
      const folder = tempFolder(t);
      mkdirSync(join(folder, "config"));
      const file = join(folder, "config", "log-monitor.yaml");
      const log = join(folder, "a.log");
      const text = (turn: number): string =>
        JSON.stringify({
          monitor: false,
          store: false,
          sources: {
            [`turn-${turn}`]: { paths: `${turn}.log` },
            a: { paths: log, parser: "plain", from: "start" },
          },
          sinks: { out: { type: "file", path: join(folder, "out") } },
        });
      writeFileSync(log, "");
      writeFileSync(file, text(0));
      const { engine, apply } = runEngine(t, folder);
      await apply({ configFile: file });
      const written: string[] = [];
      for (let turn = 1; turn <= 4; turn++) {
        change(file, text(turn), turn);
        const inForce = () => engine.snapshot().sources.some(({ id }) => id === `turn-${turn}`);
        await until(
          () => {
            written.push(`line ${written.length}`);
            appendFileSync(log, `${written.at(-1)}\n`);
            return inForce();
          },
          { what: `change ${turn}` },
        );
      }
      await until(() => recordsIn(join(folder, "out")).length >= written.length);
      assert.deepEqual(
        recordsIn(join(folder, "out")).map(({ raw }) => raw),
        written,
      );
      assert.equal(engine.snapshot().sources.length, 2);
    });
  }
});
