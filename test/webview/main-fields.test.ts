import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mainPlace } from "../../src/webview/main-fields.ts";

describe("fields whose most frequent values are shown first", () => {
  const names = [
    ["path", "url", "req.url", "url.path", "http.route"],
    ["status", "statusCode", "res.statusCode", "http.response.status_code", "http.status_code"],
    ["host", "host.name", "client.ip", "user.id", "service.name"],
    ["method", "req.method", "http.request.method", "operation", "event.action"],
    ["level"],
    ["source"],
  ];

  it("are those of where, how it ended, who and what, also by the names of loggers and of schemas", () => {
    for (const [place, fields] of names.entries())
      for (const field of fields) assert.equal(mainPlace(field), place, field);
  });

  it("are none that only look like them", () => {
    for (const field of ["pathology", "status.reason", "req.headers.host", "trace.id", "levels"])
      assert.equal(mainPlace(field), undefined, field);
  });
});
