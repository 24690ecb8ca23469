import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wallDate } from "../../src/webview/log/wall-date.ts";

describe("where steps of time begin on a chart", () => {
  const noon = Date.parse("2026-03-04T12:00:00.250Z") / 1000;
  const wall = (zone: string | undefined) => {
    const date = wallDate(noon, zone);
    return [date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  };

  it("is told by the walls of the zone that is shown", () => {
    assert.deepEqual(wall("Asia/Kathmandu"), [4, 17, 45, 0]);
    assert.deepEqual(wall("Pacific/Kiritimati"), [5, 2, 0, 0]);
    assert.deepEqual(wall("UTC"), [4, 12, 0, 0]);
  });

  it("is told by those of the machine where none is chosen", () => {
    assert.equal(wallDate(noon, undefined).getTime(), noon * 1000);
  });
});
