import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { until } from "../../../helpers/until.ts";
import { type LiveSession, numberOf, PATIENCE, shownIn } from "./log-live.ts";

/** Lines of 16 KB that no packing makes much smaller: several times what the spool may hold. */
const LINES = 400;
const AT_ONCE = 50;
const START = Date.now() - 2 * 3_600_000;

const lineOf = (number: number) =>
  `${JSON.stringify({
    time: new Date(START + number * 1000).toISOString(),
    msg: `big ${number} ${randomBytes(8_000).toString("hex")}`,
  })}\n`;

/** The settings under which lines are given up: a sink that is away, a small spool, and a port that is flooded. */
export const lossySettings = (away: number, udp: number) => ({
  sources: {
    big: { type: "file", paths: ["logs/big.log"], parser: "json", from: "start" },
    udp: { type: "syslog", port: udp, protocols: ["udp"], receiveBuffer: "4KiB" },
  },
  settings: {
    "logMonitor.spool": { maxBytes: "1MiB", whenFull: "dropOldest" },
    "logMonitor.sinks": {
      away: { type: "influxdb", url: `http://127.0.0.1:${away}`, database: "d" },
    },
  },
});

/**
 * What a log view says of lines that were lost, while they are.
 * @param configure gives the window other settings
 */
export function useLosses(
  session: () => LiveSession,
  ports: () => { readonly away: number; readonly udp: number },
  configure: (more: ReturnType<typeof lossySettings>, settings?: Record<string, unknown>) => void,
): void {
  const metric = async (name: string, label: string): Promise<number> => {
    const text = await (await fetch(`${session().monitor}/metrics`)).text();
    const line = text
      .split("\n")
      .find((one) => one.startsWith(`log_monitor_${name}{`) && one.includes(label));
    return Number(line?.split(" ").at(-1) ?? Number.NaN);
  };
  const chip = (name: string) => session().frame.locator(".chips .chip", { hasText: name });
  const press = (key: string) => session().workbench.page.keyboard.press(key);
  const list = () => session().frame.getByRole("grid", { name: "Log lines" });

  /** What stands above the lines that are shown, all of them, by their place. */
  const marks = async (): Promise<ReadonlyMap<number, string>> => {
    const { frame } = session();
    const found = new Map<number, string>();
    const last = Number(await list().getAttribute("aria-rowcount")) - 2;
    let seen = -1;
    await list().focus();
    await press("Home");
    const look = async (): Promise<boolean> => {
      const rows = await frame.locator(".body .row").evaluateAll((all) =>
        all.map((one) => ({
          place: Number(one.getAttribute("data-place")),
          busy: one.hasAttribute("aria-busy"),
          text: one.querySelector(".above:not([hidden])")?.textContent ?? "",
        })),
      );
      if (rows.some(({ busy }) => busy)) return false;
      // What is drawn has to follow what was seen, or a mark between would be missed.
      const [from, until_] = [
        Math.min(...rows.map(({ place }) => place)),
        Math.max(...rows.map(({ place }) => place)),
      ];
      assert.ok(from <= seen + 1, `${seen} to ${from}`);
      for (const { place, text } of rows) if (text !== "") found.set(place, text);
      await press("PageDown");
      seen = Math.max(seen, until_);
      return seen >= last;
    };
    await until(look, { ...PATIENCE, every: 20, what: `all lines up to ${last}` });
    return found;
  };

  it("says where lines were given up while they are, as many as the engine counts", async () => {
    const { frame, folder, counts, workbench } = session();
    const path = join(folder, "logs", "big.log");
    appendFileSync(path, lineOf(0));
    const { away, udp } = ports();
    configure(lossySettings(away, udp));
    await chip("big").click(PATIENCE);
    await counts("1 of ");
    for (let from = 1; from < LINES; from += AT_ONCE) {
      const until_ = Math.min(LINES, from + AT_ONCE);
      appendFileSync(path, Array.from({ length: until_ - from }, (_, i) => lineOf(from + i)).join(""));
      await counts(`${until_} of `);
    }
    const dropped = async () => metric("sink_dropped_records_total", 'sink="away"');
    let told = 0;
    const agree = async (): Promise<boolean> => {
      const before = await dropped();
      const texts = [...(await marks()).values()];
      const lacks = texts.map((text) => /spool was full: away lacks ([\d,]+)$/.exec(text)?.[1]);
      told = lacks.reduce((sum, lines) => sum + (lines === undefined ? 0 : numberOf(lines)), 0);
      return before > LINES / 2 && told === before && told === (await dropped());
    };
    await until(agree, { ...PATIENCE, what: () => `${told} lines to be as many as are counted` });
    assert.ok(told < LINES, "the newest were kept");
    await press("Home");
    await frame.locator(".body .above:visible", { hasText: "the spool was full" }).first().waitFor(PATIENCE);
    await workbench.pictures("log-lost");
  });

  it("says what could not even be read, beside the count of lines", async () => {
    const { frame, counts } = session();
    await chip("big").click();
    const socket = createSocket("udp4");
    const datagram = Buffer.from(`<13>1 - - flood - - - ${"x".repeat(1_000)}`);
    const lost = () => metric("file_lost_messages_total", 'source="udp"');
    try {
      const flood = async (): Promise<boolean> => {
        for (let i = 0; i < 2_000; i++) socket.send(datagram, ports().udp, "127.0.0.1");
        await turn();
        return /lost before they could be read \(udp\)$/.test(
          (await frame.locator(".state").textContent()) ?? "",
        );
      };
      await until(flood, { timeout: 60_000, every: 200, what: "datagrams to be lost" });
    } finally {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    }
    const same = async (): Promise<boolean> => {
      const [, count] =
        /([\d,]+) lost before/.exec((await frame.locator(".state").textContent()) ?? "") ?? [];
      return count !== undefined && numberOf(count) === (await lost());
    };
    await until(same, { ...PATIENCE, what: "as many as the engine counts" });
    // They are not of this source.
    await chip("big").click();
    await counts(/lines$/);
    await chip("big").click();
    await until(async () => (await shownIn(frame)).total > 10 * LINES, { ...PATIENCE, what: "all lines" });
  });

  it("says how many older lines were removed to make room", async () => {
    const { frame, folder } = session();
    const { away, udp } = ports();
    configure(lossySettings(away, udp), { "logMonitor.store": { maxBytes: "2MB" } });
    const { total: before } = await shownIn(frame);
    let written = LINES;
    const removed = async (): Promise<boolean> => {
      appendFileSync(join(folder, "logs", "big.log"), lineOf(written++));
      return (await shownIn(frame)).total < before;
    };
    await until(removed, { ...PATIENCE, every: 500, what: "lines to be removed" });
    await list().focus();
    await press("Home");
    let said = "";
    const agree = async (): Promise<boolean> => {
      said = (await frame.locator(".body .above:visible").first().textContent()) ?? "";
      const { HandleLine: all } = (await (await fetch(`${session().monitor}/monitor`)).json()) as {
        HandleLine: number;
      };
      const [, gone] = /^([\d,]+) older lines of all logs were removed to make room/.exec(said) ?? [];
      return numberOf(gone) + (await shownIn(frame)).total === all;
    };
    await until(agree, { ...PATIENCE, what: () => `what is removed and what is left to be all: ${said}` });
  });
}
