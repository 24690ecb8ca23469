import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readKept, writeKept } from "../../src/config/etcd-kept.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { ConfigInput } from "../../src/protocol/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { folders, layer, pathsOf } from "./load.ts";

const etcd = { endpoints: "127.0.0.1:1", prefix: "/s/" };

describe("configuration from etcd among the layers", () => {
  const load = (
    dataDir: string,
    texts: Record<string, string | object> | undefined,
    layers = [layer("user", { etcd })],
    more: Partial<ConfigInput> = {},
  ) => {
    const values =
      texts &&
      Object.entries(texts).map(([key, value]) => ({
        key,
        text: typeof value === "string" ? value : JSON.stringify(value),
        revision: 1,
      }));
    return parseConfig(
      { layers, folders, trusted: true, dataDir, ...more },
      {},
      undefined,
      async () => values,
    );
  };

  it("override settings and file, and give way to the command line", async (t) => {
    const dataDir = tempFolder(t);
    const sources = (name: string) => ({ a: { paths: `${name}.log` }, [name]: { paths: "own.log" } });
    const layers = [
      layer("user", { etcd, sources: sources("user") }),
      layer("arguments", { sources: { b: { paths: "arguments.log" } } }),
    ];
    const { config, issues } = await load(
      dataDir,
      { "/s/a": { paths: "etcd.log" }, "/s/b": { paths: "etcd.log" } },
      layers,
    );
    assert.deepEqual(issues, []);
    assert.deepEqual([...config.sources.keys()].sort(), ["a", "b", "user"]);
    assert.deepEqual(pathsOf(config, "a"), ["/srv/app/etcd.log"]);
    assert.deepEqual(pathsOf(config, "b"), ["/srv/app/arguments.log"]);
  });

  it("hold back a source for a sink that may be one of etcd's, until etcd has said what it has", async (t) => {
    const dataDir = tempFolder(t);
    const sources = {
      here: { paths: "a.log", sinks: ["store"] },
      there: { paths: "b.log", sinks: ["store", "far"] },
    };
    const layers = [layer("user", { etcd, sources })];
    const awaits = async (texts: Record<string, object> | undefined) => {
      const { config, issues } = await load(dataDir, texts, layers);
      const found = [...config.sources].map(([id, one]) => `${id}: ${one.awaits}`);
      return [...found, ...issues.map(({ severity, path }) => `${severity} ${path.join(".")}`)];
    };
    const held = ["here: undefined", "there: far", "warning sources.there.sinks.1"];
    assert.deepEqual(await awaits(undefined), held);
    const far = { type: "file", path: "far" };
    assert.deepEqual(await awaits({ "/s/": { sinks: { far } } }), ["here: undefined", "there: undefined"]);
    const [here, free, , error] = await awaits({ "/s/a": { paths: "etcd.log" } });
    assert.deepEqual([here, free], ["here: undefined", "there: undefined"]);
    assert.equal(error, "error sources.there.sinks.1");
  });

  it("have the secrets also of what takes the place of a refused item", async (t) => {
    const dataDir = tempFolder(t);
    const value = { paths: `\${secret:kept}.log` };
    writeKept(dataDir, { at: "/s/", items: [{ kind: "sources", id: "a", key: "/s/a", value }] });
    const below = { b: { paths: `\${secret:below}.log` } };
    const { config } = await parseConfig(
      { layers: [layer("user", { etcd, sources: below })], folders, trusted: true, dataDir },
      { LOG_MONITOR_SECRET_KEPT: "one", LOG_MONITOR_SECRET_BELOW: "two" },
      undefined,
      async () => ["/s/a", "/s/b"].map((key) => ({ key, text: '{"paths": 7}', revision: 1 })),
    );
    assert.deepEqual(pathsOf(config, "a"), ["/srv/app/one.log"]);
    assert.deepEqual(pathsOf(config, "b"), ["/srv/app/two.log"]);
  });

  it("name the key of what is wrong, and put what was last good, or what is below, in its place", async (t) => {
    const dataDir = tempFolder(t);
    const layers = [layer("user", { etcd, sources: { b: { paths: "below.log" } } })];
    const good = await load(dataDir, { "/s/a": { paths: "a.log" } }, layers);
    assert.ok(good.etcd?.keep);
    writeKept(dataDir, good.etcd.keep);
    assert.equal(statSync(join(dataDir, "etcd.json")).mode & 0o077, 0);
    const bad = { paths: "x.log", parser: "nonsense" };
    const {
      config,
      issues,
      refused,
      etcd: told,
    } = await load(dataDir, { "/s/a": bad, "/s/b": bad, "/s/c": bad }, layers);
    assert.deepEqual(
      issues.map(({ key, origin, path }) => [key, origin, path.join(".")]).sort(),
      ["a", "b", "c"].map((id) => [`/s/${id}`, "etcd", `sources.${id}.parser`]),
    );
    assert.deepEqual(pathsOf(config, "a"), ["/srv/app/a.log"]);
    assert.deepEqual(pathsOf(config, "b"), ["/srv/app/below.log"]);
    assert.deepEqual(refused, ["sources.c"]);
    assert.deepEqual([...(told?.stale ?? [])].sort(), ["sources.a", "sources.b", "sources.c"]);
    assert.deepEqual(
      told?.keep?.items.map(({ id }) => id),
      ["a"],
    );
  });

  it("are what was kept where etcd can't be reached, unless that is of another key", async (t) => {
    const dataDir = tempFolder(t);
    const item = { kind: "sources", id: "a", key: "/s/a", value: { paths: "a.log" } } as const;
    writeKept(dataDir, { at: "/s/", items: [item] });
    const { config, issues, etcd: told } = await load(dataDir, undefined);
    assert.deepEqual([...config.sources.keys()], ["a"]);
    assert.deepEqual([issues, told?.keep], [[], undefined]);
    assert.equal(readKept(dataDir, "/other/"), undefined);
    assert.match(readFileSync(join(dataDir, "etcd.json"), "utf8"), /"a\.log"/);
  });

  it("are kept where the configuration puts its data", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "own"));
    const item = { kind: "sources", id: "a", key: "/s/a", value: { paths: "a.log" } } as const;
    writeKept(join(folder, "own"), { at: "/s/", items: [item] });
    const layers = [layer("user", { etcd, dataDir: "own" }, { baseDir: folder })];
    const { config } = await load(folder, undefined, layers);
    assert.deepEqual([...config.sources.keys()], ["a"]);
  });

  it("are not asked for in a workspace that is not trusted, nor with a setting that is wrong", async (t) => {
    const dataDir = tempFolder(t);
    const texts = { "/s/a": { paths: "a.log" } };
    const untrusted = await load(dataDir, texts, undefined, { trusted: false });
    assert.equal(untrusted.config.sources.size, 0);
    assert.match(untrusted.issues[0]?.message ?? "", /not trusted, so etcd is not asked/);
    const wrong = await load(dataDir, texts, [layer("user", { etcd: { endpoints: "h:1" } })]);
    assert.deepEqual(wrong.refused, ["etcd", "*"]);
    assert.match(wrong.issues[0]?.message ?? "", /give the key of a document, or the prefix/);
    const none = await load(dataDir, texts, [layer("user", { etcd: {} })]);
    assert.deepEqual([none.issues, none.etcd], [[], undefined]);
  });

  it("go the way that the old configuration file describes, where it is the old list", async (t) => {
    const file = join(tempFolder(t), "config.yaml");
    writeFileSync(file, 'kafkaconfig: { kafkaaddr: "h:1" }\nelasticconfig: { elasticaddr: "h:2" }\n');
    const layers = [layer("user", { etcd: { endpoints: "h:3", key: "/list" }, configFile: file })];
    const list = [{ logtopic: "web", logpath: "/w.log" }];
    const { config, issues } = await load(tempFolder(t), { "/list": list }, layers);
    assert.deepEqual(issues, []);
    assert.deepEqual(config.sources.get("web")?.sinks, ["kafka", "store"]);
    const { options, sinks } = config.sources.get("from-kafka-etcd") ?? assert.fail();
    assert.deepEqual([(options as { topics?: unknown }).topics, sinks], [["web"], ["elasticsearch"]]);
  });

  it("wait for consent where the workspace names a server that is not this machine", async (t) => {
    const texts = { "/s/a": { paths: "a.log" } };
    const far = { endpoints: "etcd.example:2379", prefix: "/s/" };
    const wantsOf = async (given: object, origin: "user" | "workspace", allowed: string[]) => {
      const layers = [layer(origin, { etcd: given })];
      const { etcd: told, config } = await load(tempFolder(t), texts, layers, { allowed });
      return [told?.wants, config.sources.size];
    };
    assert.deepEqual(await wantsOf(far, "workspace", []), [["http://etcd.example:2379"], 0]);
    assert.deepEqual(await wantsOf(far, "workspace", ["http://etcd.example:2379"]), [[], 1]);
    assert.deepEqual(await wantsOf(far, "user", []), [[], 1]);
    assert.deepEqual(await wantsOf(etcd, "workspace", []), [[], 1]);
  });

  it("run no command, wherever it stands, and wait for consent where the workspace brings what they last said", async (t) => {
    const folder = tempFolder(t);
    const command = { type: "command", command: ["id"] };
    const item = (id: string, kind: "sources" | "sinks", value: unknown) => ({
      kind,
      id,
      key: `/s/${id}`,
      value,
    });
    writeKept(folder, {
      at: "/s/",
      items: [
        item("run", "sources", command),
        item("away", "sinks", { type: "webhook", url: "https://evil.example/" }),
      ],
    });
    const of = (origin: "user" | "workspace") => [
      layer("user", { etcd }),
      layer(origin, { dataDir: folder }, { baseDir: folder }),
    ];
    const brought = await load("/data", undefined, of("workspace"), { allowed: [] });
    assert.deepEqual([...brought.config.sources.keys()], []);
    assert.deepEqual(brought.config.sinks.get("away")?.consent, ["https://evil.example:443"]);
    const own = await load("/data", undefined, of("user"), { allowed: [] });
    assert.equal(own.config.sinks.get("away")?.consent, undefined);
    for (const type of ["command", `\${env:EMPTY}command`]) {
      const given = await load(tempFolder(t), { "/s/run": { ...command, type } });
      assert.deepEqual([...given.config.sources.keys()], []);
      assert.match(given.issues[0]?.message ?? "", /a command is not taken from etcd/);
    }
  });

  it("may lack the sink that a source names while they are not known", async (t) => {
    const layers = [layer("user", { etcd, sources: { b: { paths: "b.log", sinks: ["theirs"] } } })];
    const { issues } = await load(tempFolder(t), undefined, layers);
    assert.deepEqual(
      issues.map(({ severity }) => severity),
      ["warning"],
    );
  });
});
