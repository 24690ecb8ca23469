import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { SourceContext } from "../../src/sources/source.ts";
import { type RunningStream, startStream } from "../helpers/stream-source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const TIMES = { timeout: 60_000 };

/** A script in a shell, with short waits. */
function start(
  t: TestContext,
  script: string | readonly string[],
  given: object = {},
  context: Partial<SourceContext> = {},
): Promise<RunningStream> {
  const options = {
    command: script,
    shell: typeof script === "string",
    restartAfter: 10,
    restartAtMost: 50,
    ...given,
  };
  return startStream(tempFolder(t), "command", options, context).then((run) => {
    t.after(run.stop);
    return run;
  });
}

const reasonOf = ({ source }: RunningStream): string => source.state().reason ?? "";
const alive = (pid: number): boolean => {
  try {
    // One that has ended and is not waited for yet is dead, too.
    return process.kill(pid, 0) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

describe("a command as a source", () => {
  it("gives the lines of both outputs, told apart by their file, and closes the account", async (t) => {
    const run = await start(t, ["sh", "-c", "echo out; echo err >&2; printf last"], { restart: "never" });
    await run.source.drain();
    const lines = run.durable().map(({ path, raw }) => `${path}: ${raw}`);
    const name = `sh -c 'echo out; echo err >&2; printf last'`;
    assert.deepEqual(lines.sort(), [`${name} [stderr]: err`, `${name}: last`, `${name}: out`]);
    assert.deepEqual(run.source.state(), { state: "stopped", reason: "ended with exit code 0", ended: true });
    assert.deepEqual(
      run.source.files().map(({ path, offset, stream }) => [path, offset, stream]),
      [
        [name, 8, true],
        [`${name} [stderr]`, 4, true],
      ],
    );
    assert.deepEqual(run.open(), []);
  });

  it("reads one output alone if asked to", async (t) => {
    const run = await start(t, "echo out; echo err >&2", { restart: "never", streams: "stdout" });
    await run.source.drain();
    assert.deepEqual(run.raws(), ["out"]);
    const other = await start(t, "echo out; echo err >&2", { restart: "never", streams: "stderr" });
    await other.source.drain();
    assert.deepEqual(other.raws(), ["err"]);
  });

  it("starts again with a generation of its own, so that no id comes twice", async (t) => {
    const run = await start(t, "echo line");
    await until(() => run.raws().length >= 3, TIMES);
    await run.source.stop();
    const found = run.durable();
    assert.ok(found.every(({ raw, offset }) => raw === "line" && offset === 0));
    assert.equal(new Set(found.map(({ key }) => key)).size, found.length);
    assert.deepEqual(run.open(), []);
  });

  it("says why it failed: exit code and what was said last; and tries again", async (t) => {
    const run = await start(t, "echo one >&2; echo cannot connect >&2; exit 3", { restart: "failure" });
    await until(() => run.source.state().state === "failed", TIMES);
    assert.match(
      reasonOf(run),
      /^ended with exit code 3: one \| cannot connect; it is started again after \d+ ms/,
    );
    await until(() => run.raws().length >= 4, TIMES);
  });

  it("is warned of once while it fails in the same way, and waits restartAfter at least", async (t) => {
    const run = await start(t, ["no-such-program-here"], { restartAfter: 30, restartAtMost: 60_000 });
    const waits = new Set<string>();
    await until(() => {
      const { reason = "" } = run.source.state();
      if (reason !== "") waits.add(reason);
      return waits.size >= 3;
    }, TIMES);
    const lengths = [...waits].map((text) => Number(/after (\d+) ms/.exec(text)?.[1]));
    assert.deepEqual(
      lengths.filter((ms) => !(ms >= 30)),
      [],
    );
    assert.equal(run.said.filter((text) => text.includes("no-such-program-here")).length, 1);
  });

  it("ends when the policy says so", async (t) => {
    const run = await start(t, "exit 0", { restart: "failure" });
    await until(() => run.source.state().ended, TIMES);
    const failed = await start(t, "kill -9 $$", { restart: "never" });
    await until(() => failed.source.state().ended, TIMES);
    assert.deepEqual(failed.source.state(), { state: "failed", reason: "was ended by SIGKILL", ended: true });
  });

  it("names the setting when it can't be started", async (t) => {
    const cases: [given: object, reason: RegExp][] = [
      [
        { command: ["no-such-program-here"], shell: false },
        /^command: there is no program "no-such-program-here"/,
      ],
      [
        { command: ["true"], shell: false, cwd: "/no/such/folder" },
        /^cwd: there is no folder \/no\/such\/folder/,
      ],
      [{ command: ["/etc/passwd"], shell: false }, /^command: "\/etc\/passwd" must not be run \(EACCES\)/],
    ];
    for (const [given, reason] of cases) {
      const run = await start(t, "true", { ...given, restart: "never" });
      await until(() => run.source.state().ended, TIMES);
      assert.match(reasonOf(run), reason);
      assert.equal(run.source.state().state, "failed");
    }
  });

  it("runs in its folder with its environment", async (t) => {
    const cwd = tempFolder(t);
    const run = await start(t, 'pwd; echo "$GREETING"', {
      cwd,
      env: { GREETING: "hello" },
      restart: "never",
    });
    await run.source.drain();
    assert.deepEqual(run.raws(), [cwd, "hello"]);
  });

  it("ends all that it started, also what does not listen to SIGTERM", async (t) => {
    const pids = join(tempFolder(t), "pids");
    const child = `sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 0.1; done'`;
    const run = await start(t, `${child} & ${child} & wait`, { stopAfter: 200 });
    const found = (): number[] => readFileSync(pids, "utf8").trim().split("\n").map(Number);
    await until(() => existsSync(pids) && found().length === 2, TIMES);
    await run.source.stop();
    await until(() => found().every((pid) => !alive(pid)), TIMES);
  });

  it("reads what it says on SIGTERM", async (t) => {
    const run = await start(t, "trap 'echo bye; exit 0' TERM; echo hello; while :; do sleep 0.05; done", {
      streams: "stdout",
    });
    await until(() => run.raws().length === 1, TIMES);
    await run.source.stop();
    assert.deepEqual(run.raws(), ["hello", "bye"]);
  });

  it("holds it up while there is no room, and loses nothing", async (t) => {
    let blocked = true;
    let room = Promise.withResolvers<void>();
    const run = await start(
      t,
      "i=0; while [ $i -lt 40000 ]; do echo line $i; i=$((i+1)); done",
      { restart: "never" },
      { room: () => (blocked ? room.promise : undefined) },
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual([run.chunks.length, run.source.state().state], [0, "watching"]);
    blocked = false;
    room.resolve();
    await until(() => run.chunks.length > 2, TIMES);
    room = Promise.withResolvers();
    blocked = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
    blocked = false;
    room.resolve();
    await run.source.drain();
    assert.deepEqual(
      run.raws(),
      Array.from({ length: 40_000 }, (_, i) => `line ${i}`),
    );
    assert.deepEqual(run.open(), []);
  });

  it("is run once to its end when all there is to be read", async (t) => {
    const run = await start(t, "sleep 0.2; echo done");
    await run.source.drain();
    assert.deepEqual(run.raws(), ["done"]);
    assert.equal(run.source.state().ended, true);
  });

  it("hides what looks like a secret in the name that people see", async (t) => {
    const run = await start(t, ["sh", "-c", "exit 0", "https://user:hunter2@host/"], { restart: "never" });
    await run.source.drain();
    assert.ok(!JSON.stringify(run.source.files()).includes("hunter2"));
  });

  it("takes along what does not end when asked, when this process ends at once", async (t) => {
    const others = process.listeners("exit");
    const run = await start(t, `trap '' TERM; echo $$; while :; do sleep 0.1; done`, { restart: "never" });
    await until(() => run.raws().length > 0, TIMES);
    const pid = Number(run.raws()[0]);
    // What process.exit calls.
    const own = process.listeners("exit").filter((listener) => !others.includes(listener));
    assert.equal(own.length, 1);
    for (const listener of own) listener(0);
    await until(() => !alive(pid), TIMES);
    await run.source.stop();
    assert.deepEqual(process.listeners("exit"), others);
  });
});
