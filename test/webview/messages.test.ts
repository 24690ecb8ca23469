import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { isCall, readRun, readSave, readSeriesRequest } from "../../src/vscode/dashboard-messages.ts";
import { dashboardPage } from "../../src/vscode/dashboard-page.ts";

describe("messages of the dashboard's page", () => {
  it("are calls, and nothing else is let in", () => {
    assert.ok(isCall({ kind: "call", id: 1, name: "series", body: {} }));
    for (const kind of ["answer", "error", "notice", undefined]) {
      assert.equal(isCall({ kind, id: 1, name: "series" }), false);
    }
    assert.equal(isCall({ kind: "call", id: 1, name: "x".repeat(32) }), false);
    fc.assert(fc.property(fc.anything(), (message) => typeof isCall(message) === "boolean"));
  });

  it("ask for figures of a span that the history keeps", () => {
    assert.deepEqual(readSeriesRequest({ from: 0, to: 900, points: 600, more: 1 }), {
      from: 0,
      to: 900,
      points: 600,
    });
    const wrong = [
      { from: 900, to: 900, points: 1 },
      { from: -1, to: 1, points: 1 },
      { from: 0, to: 32 * 86_400, points: 1 },
      { from: 0, to: Number.POSITIVE_INFINITY, points: 1 },
      { from: 0, to: 1, points: 0 },
      { from: 0, to: 1, points: 1.5 },
      { from: 0, to: 1, points: 2001 },
      { from: "0", to: 1, points: 1 },
      null,
    ];
    for (const body of wrong) assert.throws(() => readSeriesRequest(body), UserError, JSON.stringify(body));
  });

  it("ask for the heat map of one field of one source", () => {
    const heat = { source: "access", field: "request_time" };
    const request = { from: 0, to: 900, points: 600, heat, brief: true };
    assert.deepEqual(readSeriesRequest(request), request);
    for (const wrong of [null, "request_time", { source: "access" }, { source: 1, field: "took" }]) {
      assert.throws(() => readSeriesRequest({ from: 0, to: 900, points: 600, heat: wrong }), UserError);
    }
  });

  it("have pictures and tables written under plain names, and nothing else", () => {
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
    const picture = { kind: "png", name: "log-monitor-heat", bytes };
    assert.deepEqual(readSave(picture), picture);
    const table = { kind: "csv", name: "log-monitor", text: "time,chart\r\n" };
    assert.deepEqual(readSave(table), table);
    const wrong = [
      { ...picture, name: "../up" },
      { ...picture, name: "" },
      { ...picture, bytes: new TextEncoder().encode("#!/bin/sh") },
      { ...picture, bytes: [...bytes] },
      { ...table, kind: "png" },
      { ...table, kind: "sh" },
      { ...table, text: bytes },
    ];
    for (const body of wrong) assert.throws(() => readSave(body), UserError, JSON.stringify(body));
  });

  it("ask for anything else in vain", () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        for (const read of [readSeriesRequest, readRun, readSave]) {
          try {
            read(body);
          } catch (error) {
            assert.ok(error instanceof UserError);
          }
        }
      }),
    );
  });

  it("run the commands of the dashboard only", () => {
    assert.deepEqual(readRun({ command: "pause", source: "access" }), { command: "pause", source: "access" });
    assert.deepEqual(readRun({ command: "addLog" }), { command: "addLog" });
    for (const command of ["resetSink", "allow"])
      assert.deepEqual(readRun({ command, sink: "s" }), { command, sink: "s" });
    const wrong = [
      { command: "workbench.action.quit" },
      { command: "pause", source: 1 },
      { command: "resetSink", sink: {} },
      {},
      "pause",
    ];
    for (const body of wrong) {
      assert.throws(() => readRun(body), UserError);
    }
  });
});

describe("the dashboard's page", () => {
  it("lets in one script and one style, and lets no text of ours break out of its place", () => {
    const hostile = `"><script>alert(1)</script>`;
    const page = dashboardPage({
      script: "https://resources/dashboard.js",
      style: "https://resources/dashboard.css",
      cspSource: "https://resources",
      nonce: "abc",
      language: hostile,
      bundle: { Lines: hostile },
      title: hostile,
    });
    assert.match(
      page,
      /content="default-src 'none'; script-src 'nonce-abc'; style-src https:\/\/resources; /,
    );
    assert.doesNotMatch(page, /unsafe|connect-src|<style|style=/);
    assert.deepEqual(page.match(/<script[^>]*>/g), [
      `<script type="module" nonce="abc" src="https://resources/dashboard.js">`,
    ]);
  });
});
