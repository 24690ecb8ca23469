import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inspectFolder } from "../../src/cli/inspect.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { closes } from "../../src/model.ts";
import { prometheusText } from "../../src/monitor/prometheus.ts";
import { runEngine } from "../helpers/engine.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const TIMES = { timeout: 60_000 };

interface Row {
  readonly id: string;
  readonly raw: string;
  readonly file: string;
  readonly level?: string;
  readonly fields: Record<string, unknown>;
}

const rowsOf = (file: string): Row[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Row)
    : [];

async function send(port: number, messages: readonly string[]): Promise<void> {
  const socket = createSocket("udp4");
  for (const message of messages)
    await new Promise<void>((resolve) => socket.send(message, port, "127.0.0.1", () => resolve()));
  socket.close();
}

const parse = (folder: string, source: object, trusted = true) =>
  parseConfig(
    {
      layers: [{ origin: "workspace", baseDir: folder, values: { sources: { one: source } } }],
      folders: [{ name: "test", path: folder }],
      trusted,
      dataDir: `${folder}/data`,
    },
    {},
  );

describe("sources of streams in the engine", () => {
  it("deliver messages as they came, also those that a sink gets from the spool after a restart", async (t) => {
    const folder = tempFolder(t);
    const out = join(folder, "out.ndjson");
    // A server that is down: nothing is delivered there in the first run.
    const closed = await deadPort();
    const values = (sink: object) => ({
      sources: { net: { type: "syslog", port: 0, protocols: ["udp"] } },
      sinks: { out: sink, keep: { type: "file", path: join(folder, "keep.ndjson") } },
      store: false,
      monitor: false,
    });
    const first = runEngine(t, folder);
    await first.apply(values({ type: "influxdb", url: `http://127.0.0.1:${closed}`, database: "d" }));
    const row = () => first.engine.snapshot().sources[0]?.files[0];
    const port = Number(row()?.path.split(":")[1]);
    const sent = ["<11>Nov 20 10:00:00 web app[7]: one\ntwo \\n", "<13>plain", "no syslog\r"];
    await send(port, sent);
    await until(() => rowsOf(join(folder, "keep.ndjson")).length === 3, TIMES);
    const kept = rowsOf(join(folder, "keep.ndjson"));
    assert.match(
      prometheusText(first.engine.snapshot()),
      /file_lines_total\{source="net",file="udp 127\.0\.0\.1"\} 3/,
    );
    await first.engine.close();
    const second = runEngine(t, folder);
    await second.apply(values({ type: "file", path: out }));
    await until(() => rowsOf(out).length === 3, TIMES);
    assert.deepEqual(rowsOf(out), kept);
    assert.deepEqual(
      kept.map(({ raw }) => raw),
      sent,
    );
    assert.deepEqual([kept[0]?.level, kept[0]?.fields.app, kept[0]?.fields.pid], ["error", "app", 7]);
    assert.match(kept[0]?.file ?? "", /^udp 127\.0\.0\.1$/);
    await second.engine.close();
    const { accounts, checkpoints } = await inspectFolder(join(folder, "data"));
    assert.ok(accounts.every(closes));
    assert.deepEqual([accounts[0]?.lines, accounts[0]?.unparsed], [3, 1]);
    assert.deepEqual([checkpoints[0]?.size, checkpoints[0]?.ended], [undefined, true]);
  });

  it("run a command through reloads: what did not change goes on", async (t) => {
    const folder = tempFolder(t);
    const out = join(folder, "out.ndjson");
    const { engine, apply } = runEngine(t, folder);
    const command = { type: "command", shell: true, command: "echo begin; exec sleep 1000", parser: "plain" };
    const values = (more: object) => ({
      sources: { cmd: command, ...more },
      sinks: { out: { type: "file", path: out } },
      store: false,
      monitor: false,
    });
    await apply(values({}));
    await until(() => rowsOf(out).length === 1, TIMES);
    await apply(values({ other: { type: "command", command: ["echo", "hi"], restart: "never" } }));
    await until(() => rowsOf(out).length === 2 && engine.snapshot().sources[1]?.ended, TIMES);
    const { sources, problems } = engine.snapshot();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      sources.map(({ id, state, ended }) => [id, state, ended]),
      [
        ["cmd", "watching", undefined],
        ["other", "stopped", true],
      ],
    );
    assert.ok(sources.every(({ account }) => account && closes(account)));
  });

  it("are refused in a workspace that is not trusted", async (t) => {
    const folder = tempFolder(t);
    for (const source of [{ type: "command", command: ["true"] }, { type: "stdin" }, { type: "syslog" }]) {
      const { config, issues } = await parse(folder, source, false);
      assert.equal(config.sources.size, 0);
      assert.match(issues[0]?.message ?? "", new RegExp(`a source of type ${source.type} is not run`));
    }
  });

  it("are checked: no shell unless asked for, and a warning of the network", async (t) => {
    const folder = tempFolder(t);
    const text = await parse(folder, { type: "command", command: "docker logs -f web" });
    assert.match(text.issues[0]?.message ?? "", /is one string: write a list/);
    assert.deepEqual(text.issues[0]?.path, ["sources", "one", "command"]);
    const open = await parse(folder, { type: "syslog", host: "0.0.0.0" });
    assert.deepEqual(
      open.issues.map(({ severity, path }) => [severity, path.join(".")]),
      [["warning", "sources.one.host"]],
    );
    assert.equal(open.config.sources.get("one")?.parser.name, "syslog");
    for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
      assert.deepEqual((await parse(folder, { type: "syslog", host })).issues, []);
    const shell = await parse(folder, { type: "command", shell: true, command: `echo "\${HOME}"` });
    assert.deepEqual(shell.issues, []);
  });
});
