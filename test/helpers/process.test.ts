import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { deadPort, freePort, portBetween } from "./port.ts";
import { startProcess } from "./process.ts";
import { until } from "./until.ts";

const windows = process.platform === "win32";
/** A process with a child, which prints both ids; `deaf` to SIGTERM when told so. */
const family = (deaf = false) => `
  const { spawn } = require("node:child_process");
  if (${deaf}) process.on("SIGTERM", () => {});
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
  console.log(JSON.stringify([process.pid, child.pid]));
  setInterval(() => {}, 1000);`;

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const gone = (pids: number[]) =>
  until(() => pids.every((pid) => !alive(pid)), { what: `${pids} to be gone` });

describe("a process started for a test", () => {
  it("is ready when the condition holds, and keeps what it prints", async (t) => {
    const child = startProcess(process.execPath, [
      "-e",
      "console.log('out'); console.error('err'); setInterval(() => {}, 1e3)",
    ]);
    t.after(() => child.stop());
    assert.equal(await child.ready(() => /o(u)t/.exec(child.stdout())?.[1]), "u");
    await child.ready(() => child.output().includes("err"));
    assert.equal(child.stdout(), "out\n");
    assert.equal(child.running(), true);
  });

  it("that ends before it is ready is an error with what it printed", async () => {
    const child = startProcess(process.execPath, ["-e", "console.error('no such thing'); process.exit(3)"]);
    await assert.rejects(
      child.ready(() => false),
      /ended before it was ready.*no such thing/s,
    );
    assert.equal(child.running(), false);
    await child.stop();
  });

  it("that can't be started is an error that names it", async () => {
    const child = startProcess("no-such-program-here", []);
    await assert.rejects(
      child.ready(() => false),
      /no-such-program-here/,
    );
    await child.stop();
  });

  for (const how of ["stop", "kill9"] as const) {
    it(`${how} ends the whole group, deaf to SIGTERM or not`, { skip: windows }, async () => {
      for (const deaf of [false, true]) {
        const child = startProcess(process.execPath, ["-e", family(deaf)]);
        const pids: number[] = JSON.parse(await child.ready(() => child.stdout()));
        await (how === "stop" ? child.stop(200) : child.kill9());
        assert.equal(child.running(), false);
        await gone(pids);
      }
    });
  }

  it("is stopped though it is paused", { skip: windows }, async () => {
    const child = startProcess(process.execPath, ["-e", family()]);
    const pids: number[] = JSON.parse(await child.ready(() => child.stdout()));
    child.signal("SIGSTOP");
    await child.stop();
    await gone(pids);
  });

  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    it(`goes with the test's process when that is ended by ${signal}`, { skip: windows }, async () => {
      const module = JSON.stringify(new URL("./process.ts", import.meta.url).href);
      const script = `
        const { startProcess } = await import(${module});
        const child = startProcess(process.execPath, ["-e", ${JSON.stringify(family())}]);
        console.log(await child.ready(() => child.stdout()));`;
      const tester = spawn(process.execPath, ["--input-type=module", "-e", script]);
      const [printed] = await once(tester.stdout.setEncoding("utf8"), "data");
      const pids: number[] = JSON.parse(printed);
      assert.ok(pids.every(alive));
      tester.kill(signal);
      await gone(pids);
    });
  }
});

/** @throws where something listens on the port */
async function listens(port: number): Promise<void> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

describe("a free port", () => {
  it("can be listened on, and is another each time", async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    assert.ok(new Set(ports).size > 10);
    for (const port of ports) await listens(port);
  });

  it("is none of those where nobody is to be found", async () => {
    const most = Math.max(...(await Promise.all(Array.from({ length: 50 }, deadPort))));
    const least = Math.min(...(await Promise.all(Array.from({ length: 50 }, freePort))));
    assert.ok(most < least, `${most}, ${least}`);
    await listens(most);
  });

  it("is no other test's, until the process that has it is gone", async () => {
    // Few, and none that another test is given.
    const range = [10_100, 10_112] as const;
    const module = JSON.stringify(new URL("./port.ts", import.meta.url).href);
    const other = startProcess(process.execPath, [
      "--input-type=module",
      "-e",
      `const { portBetween } = await import(${module});
      const ports = [];
      for (let i = 0; i < 5; i++) ports.push(await portBetween(${range}));
      console.log(JSON.stringify(ports));
      setInterval(() => {}, 1_000);`,
    ]);
    const others: number[] = JSON.parse(await other.ready(() => other.stdout()));
    const own: number[] = [];
    for (let i = 0; i < 5; i++) own.push(await portBetween(...range));

    assert.equal(new Set([...own, ...others]).size, 10);
    await other.kill9();
    await until(async () => others.includes(await portBetween(...range)));
  });
});
