import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { searchRequest } from "../../src/protocol/log-requests.ts";
import { suggestRequest } from "../../src/protocol/suggestions.ts";
import { parseQuery } from "../../src/store/language.ts";

describe("a query that is too long", () => {
  it("comes through to the language, which refuses it in words", () => {
    const query = "word ".repeat(9_000);
    assert.equal(searchRequest.parse({ search: 1, query, points: 100 }).query, query);
    assert.equal(suggestRequest.parse({ query, at: 4 }).query, query);
    assert.throws(() => parseQuery(query), { name: "UserError", message: /longer than 10000 characters/ });
  });
});
