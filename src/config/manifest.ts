// Generates what others must know of the configuration from the one schema: package.json's settings and
// capabilities, the JSON schema of the file, and the tables of docs/settings.md.
//   node src/config/manifest.ts --write
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { parsers } from "../parsers/index.ts";
import { savedQueries } from "../protocol/saved-queries.ts";
import { sinks } from "../sinks/index.ts";
import { sources } from "../sources/index.ts";
import { etcdSchema } from "./etcd-options.ts";
import {
  monitorSchema,
  pathMappingsSchema,
  sinkCommon,
  sourceCommon,
  spoolSchema,
  storeSchema,
} from "./schema.ts";

type Json = Record<string, unknown>;

/** As VS Code and other editors read it: inlined, because settings may hold no `$ref`. */
function jsonSchema(schema: z.core.$ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
    reused: "inline",
  }) as Json;
  return rest;
}

const propertiesOf = (schema: Json): Json => (schema.properties as Json | undefined) ?? {};

/** One alternative a type: the type's own options beside the common ones. */
function partSchema(
  common: Json,
  types: readonly { type: string; options: z.ZodType }[],
  fallback?: string,
): Json {
  return {
    anyOf: types.map(({ type, options }) => {
      const own = jsonSchema(options);
      const required = [
        ...((own.required as string[] | undefined) ?? []),
        ...(type === fallback ? [] : ["type"]),
      ];
      const properties = {
        ...propertiesOf(common),
        type: { ...(propertiesOf(common).type as Json), enum: [type] },
        ...propertiesOf(own),
      };
      return {
        type: "object",
        properties,
        additionalProperties: false,
        ...(required.length > 0 && { required }),
      };
    }),
  };
}

function sourceSchema(): Json {
  const common = jsonSchema(sourceCommon);
  const names = Object.keys(parsers);
  const byName = { type: "string", enum: names, description: "A parser with its default options." };
  const objects = Object.entries(parsers).map(([name, { options }]) => {
    const own = jsonSchema(options);
    return {
      type: "object",
      properties: {
        type: { type: "string", enum: [name], description: "The parser." },
        ...propertiesOf(own),
      },
      required: ["type", ...((own.required as string[] | undefined) ?? [])],
      additionalProperties: false,
    };
  });
  const { description, default: byDefault } = propertiesOf(common).parser as Json;
  const properties = {
    ...propertiesOf(common),
    parser: { description, default: byDefault, anyOf: [byName, ...objects] },
  };
  const types = Object.values(sources).map(({ type, options }) => ({ type, options }));
  return partSchema({ ...common, properties }, types, "file");
}

function sinkSchema(): Json {
  const types = Object.values(sinks).map(({ type, options }) => ({ type, options }));
  return {
    anyOf: [
      ...(partSchema(jsonSchema(sinkCommon), types).anyOf as Json[]),
      { type: "boolean", enum: [false] },
    ],
  };
}

/** Every key of the configuration with its schema, in the order people should meet them. */
export function topLevel(): Record<string, Json> {
  return {
    sources: {
      type: "object",
      description: "The logs to watch, by id. The id is part of record ids: keep it.",
      default: {},
      additionalProperties: sourceSchema(),
    },
    sinks: {
      type: "object",
      description: "Where records go beside the embedded store, by id.",
      default: {},
      additionalProperties: sinkSchema(),
    },
    store: { ...jsonSchema(storeSchema), default: true },
    monitor: { ...jsonSchema(monitorSchema), default: monitorSchema.parse({}) },
    spool: { ...jsonSchema(spoolSchema), default: {} },
    dataDir: {
      type: "string",
      description:
        "Folder for spool, store, checkpoints and dead letters. Left out: the editor's storage of the workspace, or .log-monitor.",
    },
    etcd: { ...jsonSchema(etcdSchema), default: {} },
  };
}

const SCOPES: Readonly<Record<string, string>> = { sources: "resource", configFile: "resource" };
const EXAMPLE = {
  sources: [
    {
      body: { "${1:access}": { paths: ["${2:logs/access.log}"], parser: "${3:auto}" } },
      label: "A log file",
      description: "Watches one log",
    },
  ],
  sinks: [
    {
      body: {
        "${1:influx}": {
          type: "influxdb",
          url: "http://127.0.0.1:8086",
          org: "${2:org}",
          bucket: "${3:logs}",
          token: "\\${env:INFLUX_TOKEN}",
        },
      },
      label: "InfluxDB 2.x",
    },
    { body: { "${1:out}": { type: "file", path: "${2:out.ndjson}" } }, label: "A file of JSON records" },
  ],
} as Readonly<Record<string, unknown[]>>;

/** `contributes.configuration` of package.json. */
export function settings(): Json {
  const all: Record<string, Json> = {
    ...topLevel(),
    configFile: {
      type: "string",
      default: "",
      description:
        "A configuration file (YAML or JSON) of the same shape; it overrides the settings, item by item.",
    },
    pathMappings: { ...jsonSchema(pathMappingsSchema), default: {} },
    queries: {
      ...jsonSchema(savedQueries),
      description:
        "Searches of the log view by name: a query, or an object of `query`, `levels`, `sources`, `range` (`15m`, or `since` and `until`) and `searchIn` (the sink on whose server is searched). Those of a workspace are shared with it.",
      default: {},
    },
    // Of the editor's side alone: it speaks the editor's language.
    "dashboard.openLogView": {
      type: "boolean",
      default: true,
      description: "%setting.dashboard.openLogView%",
    },
  };
  const properties = Object.entries(all).map(([name, { description, ...schema }], order) => [
    `logMonitor.${name}`,
    {
      ...schema,
      scope: SCOPES[name] ?? "window",
      order,
      markdownDescription: String(description),
      ...(EXAMPLE[name] && { defaultSnippets: EXAMPLE[name] }),
    },
  ]);
  return { title: "Log Monitor", properties: Object.fromEntries(properties) };
}

/** The JSON schema of log-monitor.yaml and log-monitor.json. */
export function fileSchema(): Json {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Log Monitor configuration",
    type: "object",
    properties: topLevel(),
    additionalProperties: false,
  };
}

export function capabilities(): Json {
  return {
    untrustedWorkspaces: {
      supported: "limited",
      description: "%capability.untrusted%",
      restrictedConfigurations: ["sinks", "monitor", "configFile", "dataDir", "etcd", "pathMappings"].map(
        (name) => `logMonitor.${name}`,
      ),
    },
    virtualWorkspaces: {
      supported: "limited",
      description: "%capability.virtual%",
    },
  };
}

/** The tables of the documents: settings, then the options of sources, sinks and parsers, under a heading each. */
export function settingsTables(): string {
  const cell = (text: unknown): string =>
    String(text ?? "")
      .replaceAll("|", "\\|")
      .replaceAll("\n", " ");
  const rows = (properties: Json): string[] =>
    Object.entries(properties).map(([name, schema]) => {
      const { description, markdownDescription, default: byDefault } = schema as Json;
      return `| \`${name}\` | ${byDefault === undefined ? "" : `\`${cell(JSON.stringify(byDefault))}\``} | ${cell(markdownDescription ?? description)} |`;
    });
  const table = (title: string, properties: Json): string[] => [
    "",
    `## ${title}`,
    "",
    "| key | default | meaning |",
    "|---|---|---|",
    ...rows(properties),
  ];
  const { parser: _, ...common } = propertiesOf(jsonSchema(sourceCommon));
  const lines = [
    "| setting | default | meaning |",
    "|---|---|---|",
    ...rows(settings().properties as Json),
    ...table("Every source", { ...common, parser: propertiesOf(jsonSchema(sourceCommon)).parser }),
  ];
  lines.push(...table("`etcd`", propertiesOf(jsonSchema(etcdSchema))));
  for (const { type, options } of Object.values(sources))
    lines.push(...table(`Source \`${type}\``, propertiesOf(jsonSchema(options))));
  for (const { type, options } of Object.values(sinks))
    lines.push(...table(`Sink \`${type}\``, propertiesOf(jsonSchema(options))));
  for (const [name, { options }] of Object.entries(parsers)) {
    const properties = propertiesOf(jsonSchema(options));
    if (Object.keys(properties).length > 0) lines.push(...table(`Parser \`${name}\``, properties));
  }
  return lines.join("\n");
}

const TABLES = "docs/settings.md";

/** The three files as they should be, by path from the repository's root. */
export function generated(read: (path: string) => string): Record<string, string> {
  const manifest = JSON.parse(read("package.json")) as Json;
  const validation = [{ fileMatch: ["log-monitor.json"], url: "./media/log-monitor.schema.json" }];
  const yaml = [
    { fileMatch: ["log-monitor.yaml", "log-monitor.yml"], url: "./media/log-monitor.schema.json" },
  ];
  manifest.contributes = {
    ...(manifest.contributes as Json | undefined),
    configuration: settings(),
    jsonValidation: validation,
    yamlValidation: yaml,
  };
  manifest.capabilities = capabilities();
  const english = JSON.parse(read("package.nls.json")) as Json;
  const settled = settingsTables().replaceAll(/%(setting\.[\w.]+)%/g, (_, key: string) =>
    String(english[key]),
  );
  const tables = read(TABLES).replace(
    /(<!-- settings:begin -->)[\s\S]*?(<!-- settings:end -->)/,
    (_, begin: string, end: string) => `${begin}\n${settled}\n${end}`,
  );
  return {
    "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
    "media/log-monitor.schema.json": `${JSON.stringify(fileSchema(), undefined, 2)}\n`,
    [TABLES]: tables,
  };
}

if (process.argv.includes("--write")) {
  const root = new URL("../../", import.meta.url);
  const files = generated((path) => readFileSync(new URL(path, root), "utf8"));
  for (const [path, text] of Object.entries(files)) writeFileSync(new URL(path, root), text);
}
