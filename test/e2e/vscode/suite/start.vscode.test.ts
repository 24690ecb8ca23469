import assert from "node:assert/strict";
import { logMonitor } from "./window.ts";

describe("activation", () => {
  it("takes little of the editor's time", async () => {
    const { activatedIn } = await logMonitor();
    console.log(`[test]   activate took ${activatedIn.toFixed(1)} ms`);
    assert.ok(activatedIn < 50, `${activatedIn} ms`);
  });

  it("is over before the settings are applied, and says when they are", async () => {
    const api = await logMonitor();
    await api.ready();
  });
});
