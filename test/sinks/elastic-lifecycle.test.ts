import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { createHttp } from "../../src/lib/http.ts";
import { ilmPolicy, installPolicy, ismPolicy } from "../../src/sinks/elastic-lifecycle.ts";
import { createNodes } from "../../src/sinks/elastic-nodes.ts";
import { elasticOptions } from "../../src/sinks/elastic-options.ts";
import { templateOf } from "../../src/sinks/elastic-template.ts";

const url = "http://127.0.0.1:9200";
const optionsOf = (given: object) => elasticOptions.parse({ url, template: true, ...given });

describe("Elasticsearch lifecycles", () => {
  const month = { deleteAfter: "30d" };
  const rolling = { deleteAfter: "30d", rolloverAge: "1d", rolloverSize: "1GiB" };
  const lifecycleOf = (lifecycle: object) =>
    optionsOf({ dataStream: true, lifecycle }).lifecycle ?? assert.fail();

  it("delete indexes by their age, and those of a data stream by the age since they were rolled over", () => {
    assert.deepEqual(ilmPolicy(lifecycleOf(month)), {
      policy: {
        _meta: { description: "Installed by Log Monitor" },
        phases: { hot: { actions: {} }, delete: { min_age: "2592000s", actions: { delete: {} } } },
      },
    });
    const { policy } = ilmPolicy(lifecycleOf(rolling)) as { policy: { phases: { hot: object } } };
    assert.deepEqual(policy.phases.hot, {
      actions: { rollover: { max_age: "86400s", max_primary_shard_size: "1073741824b" } },
    });
  });

  it("say the same in OpenSearch's words, for the indexes that the sink writes", () => {
    const { policy } = ismPolicy("logs-${source}", lifecycleOf(rolling));
    assert.deepEqual(policy.ism_template, [{ index_patterns: ["logs-*"], priority: 300 }]);
    assert.deepEqual(policy.states[0], {
      name: "hot",
      actions: [{ rollover: { min_index_age: "86400s", min_primary_shard_size: "1073741824b" } }],
      transitions: [{ state_name: "delete", conditions: { min_rollover_age: "2592000s" } }],
    });
    const plain = ismPolicy("logs-${source}", lifecycleOf(month)).policy;
    assert.deepEqual(plain.states[0]?.transitions[0]?.conditions, { min_index_age: "2592000s" });
    assert.notEqual(plain.description, policy.description, "by which a changed policy is known");
  });

  it("are named by the template on Elasticsearch", () => {
    const { template } = templateOf(optionsOf({ lifecycle: month }), "log-monitor-es") as {
      template: { settings: Record<string, unknown> };
    };
    assert.equal(template.settings["index.lifecycle.name"], "log-monitor-es");
  });

  it("are refused where they can't be", () => {
    const said = (options: object): string =>
      elasticOptions.safeParse({ url, ...options }).error?.issues[0]?.message ?? "";
    assert.match(said({ lifecycle: month }), /goes with template/);
    assert.match(said({ template: true, lifecycle: rolling }), /only a data stream is rolled over/);
    assert.match(said({ template: true, lifecycle: { deleteAfter: "soon" } }), /is no duration/);
  });

  describe("are installed", () => {
    /** A server of OpenSearch's policies, as its plugin keeps them. */
    const serve = async (t: TestContext, distribution: string | undefined) => {
      const asked: string[] = [];
      let stored: object | undefined;
      const server = createServer(async (request, response) => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        const body = Buffer.concat(parts).toString();
        asked.push(`${request.method} ${request.url}`);
        const known = stored !== undefined;
        if (request.method === "PUT") stored = JSON.parse(body) as object;
        const answer =
          request.url === "/"
            ? { version: { number: "9.0.0", distribution } }
            : { _seq_no: 4, _primary_term: 2, ...stored };
        response
          .writeHead(request.url !== "/" && request.method === "GET" && !known ? 404 : 200)
          .end(JSON.stringify(answer));
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const http = createHttp({ name: "It", timeout: 5_000 });
      t.after(() => {
        http.close();
        server.closeAllConnections();
        server.close();
      });
      const nodes = createNodes([address], http);
      const install = async (lifecycle: object): Promise<string | undefined> =>
        installPolicy(nodes, "log-monitor-es", optionsOf({ lifecycle }), "It");
      return { install, asked };
    };

    it("on OpenSearch once, and again only when they changed, in place of the very one that was read", async (t) => {
      const { install, asked } = await serve(t, "opensearch");
      const path = "/_plugins/_ism/policies/log-monitor-es";
      const looks = ["GET /", `GET ${path}`];
      for (const deleteAfter of ["30d", "30d", "7d"]) assert.equal(await install({ deleteAfter }), undefined);
      assert.deepEqual(asked, [
        ...looks,
        `PUT ${path}`,
        ...looks,
        ...looks,
        `PUT ${path}?if_seq_no=4&if_primary_term=2`,
      ]);
    });

    it("on Elasticsearch under the name that the template gives", async (t) => {
      const { install, asked } = await serve(t, undefined);
      assert.equal(await install({ deleteAfter: "30d" }), "log-monitor-es");
      assert.deepEqual(asked, ["GET /", "PUT /_ilm/policy/log-monitor-es"]);
    });
  });
});

describe("Elasticsearch mappings", () => {
  const propertiesOf = (given: object) =>
    (templateOf(optionsOf(given)) as { template: { mappings: { properties: Record<string, unknown> } } })
      .template.mappings.properties;

  it("have the types that are asked for beside our own", () => {
    const { fields, message } = propertiesOf({
      mappings: { "fields.a.b": "long", "fields.peer": "ip", message: "keyword" },
    });
    const ip = { type: "ip", ignore_malformed: true };
    assert.deepEqual(fields, { properties: { remote_addr: ip, "a.b": { type: "long" }, peer: ip } });
    assert.deepEqual(message, { type: "keyword", ignore_above: 1024 });
  });

  it("take another type for what has one of ours", () => {
    const { fields } = propertiesOf({ mappings: { "fields.remote_addr": "keyword" } });
    assert.deepEqual(fields, { properties: { remote_addr: { type: "keyword", ignore_above: 1024 } } });
    const ecs = propertiesOf({
      documents: "ecs",
      mappings: { "log_monitor.n": "double", "client.address": "ip" },
    });
    assert.deepEqual(ecs["log_monitor.n"], { type: "double" });
    assert.deepEqual(ecs["client.address"], { type: "ip", ignore_malformed: true });
  });
});
